"""What a state is worth, for PPO.

- `critic`: a model that learns to predict returns.
- `vine`: Monte-Carlo values; `continuations` plays on from a state, `reasoning_steps` finds the states in an answer.
"""
