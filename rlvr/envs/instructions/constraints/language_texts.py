"""A short text in each language that a response may have to be in, for writers: three sentences about a morning walk.

`TEXTS` has, by ISO 639-1 code, the English name of a language and its text. Written for this project.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TEXTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ar": (
            "Arabic",
            "في الصباح أمشي في الحديقة القريبة من بيتنا. الهواء بارد والطيور تغني فوق الأشجار"
            " العالية. بعد ذلك أشرب الشاي مع أصدقائي ونتحدث عن أحوالنا.",
        ),
        "bg": (
            "Bulgarian",
            "Сутрин обичам да се разхождам в парка близо до нашата къща. Въздухът е хладен и птиците"
            " пеят във високите дървета. След това пия чай с приятелите си и си говорим за всичко.",
        ),
        "bn": (
            "Bengali",
            "সকালে আমি আমাদের বাড়ির কাছের বাগানে হাঁটতে যাই। বাতাস ঠান্ডা থাকে আর পাখিরা উঁচু গাছে"
            " গান গায়। তারপর আমি বন্ধুদের সঙ্গে চা খাই এবং গল্প করি।",
        ),
        "de": (
            "German",
            "Am Morgen gehe ich gern durch den Park in der Nähe unseres Hauses. Die Luft ist kühl"
            " und die Vögel singen in den hohen Bäumen. Danach trinke ich Tee mit meinen Freunden und"
            " wir reden über alles.",
        ),
        "el": (
            "Greek",
            "Το πρωί μου αρέσει να περπατώ στο πάρκο κοντά στο σπίτι μας. Ο αέρας είναι δροσερός και"
            " τα πουλιά κελαηδούν στα ψηλά δέντρα. Μετά πίνω τσάι με τους φίλους μου και μιλάμε για"
            " όλα.",
        ),
        "en": (
            "English",
            "In the morning I like to walk through the park near our house. The air is cool and the"
            " birds sing in the tall trees. After that I drink tea with my friends and we talk about"
            " everything.",
        ),
        "es": (
            "Spanish",
            "Por la mañana me gusta caminar por el parque que está cerca de nuestra casa. El aire es"
            " fresco y los pájaros cantan en los árboles altos. Después tomo té con mis amigos y"
            " hablamos de todo.",
        ),
        "fa": (
            "Persian",
            "صبح‌ها دوست دارم در پارک نزدیک خانه‌مان قدم بزنم. هوا خنک است و پرنده‌ها روی درختان"
            " بلند آواز می‌خوانند. بعد با دوستانم چای می‌نوشم و درباره همه چیز گفتگو می‌کنیم.",
        ),
        "fi": (
            "Finnish",
            "Aamulla kävelen mielelläni puistossa lähellä taloamme. Ilma on viileää ja linnut"
            " laulavat korkeissa puissa. Sen jälkeen juon teetä ystävieni kanssa ja puhumme kaikesta.",
        ),
        "fr": (
            "French",
            "Le matin j'aime me promener dans le parc près de notre maison. L'air est frais et les"
            " oiseaux chantent dans les grands arbres. Ensuite je bois du thé avec mes amis et nous"
            " parlons de tout.",
        ),
        "gu": (
            "Gujarati",
            "સવારે મને અમારા ઘર પાસેના બગીચામાં ચાલવું ગમે છે. હવા ઠંડી હોય છે અને પક્ષીઓ ઊંચા"
            " વૃક્ષો પર ગાય છે. પછી હું મારા મિત્રો સાથે ચા પીઉં છું અને અમે વાતો કરીએ છીએ.",
        ),
        "he": (
            "Hebrew",
            "בבוקר אני אוהב ללכת בפארק ליד הבית שלנו. האוויר קריר והציפורים שרות בעצים הגבוהים. אחר"
            " כך אני שותה תה עם החברים שלי ואנחנו מדברים על הכול.",
        ),
        "hi": (
            "Hindi",
            "सुबह मुझे अपने घर के पास वाले बगीचे में टहलना अच्छा लगता है। हवा ठंडी होती है और पक्षी"
            " ऊँचे पेड़ों पर गाते हैं। उसके बाद मैं अपने दोस्तों के साथ चाय पीता हूँ और हम बातें करते"
            " हैं।",
        ),
        "it": (
            "Italian",
            "La mattina mi piace camminare nel parco vicino alla nostra casa. L'aria è fresca e gli"
            " uccelli cantano sugli alberi alti. Dopo bevo il tè con i miei amici e parliamo di tutto.",
        ),
        "ja": (
            "Japanese",
            "朝は家の近くの公園を散歩するのが好きです。空気は涼しくて、高い木の上で鳥が歌っています。そのあと友だちとお茶を飲みながら、いろいろな話をします。",
        ),
        "kn": (
            "Kannada",
            "ಬೆಳಿಗ್ಗೆ ನಮ್ಮ ಮನೆಯ ಹತ್ತಿರದ ಉದ್ಯಾನದಲ್ಲಿ ನಡೆಯುವುದು ನನಗೆ ಇಷ್ಟ. ಗಾಳಿ ತಂಪಾಗಿರುತ್ತದೆ ಮತ್ತು"
            " ಹಕ್ಕಿಗಳು ಎತ್ತರದ ಮರಗಳಲ್ಲಿ ಹಾಡುತ್ತವೆ. ನಂತರ ನಾನು ಸ್ನೇಹಿತರೊಂದಿಗೆ ಚಹಾ ಕುಡಿಯುತ್ತೇನೆ.",
        ),
        "ko": (
            "Korean",
            "아침에는 집 근처 공원을 걷는 것을 좋아합니다. 공기는 시원하고 높은 나무 위에서"
            " 새들이 노래합니다. 그 후에 친구들과 차를 마시며 여러 가지 이야기를"
            " 나눕니다.",
        ),
        "ml": (
            "Malayalam",
            "രാവിലെ ഞങ്ങളുടെ വീടിനടുത്തുള്ള പാർക്കിൽ നടക്കാൻ എനിക്ക് ഇഷ്ടമാണ്. വായു തണുത്തതാണ്,"
            " പക്ഷികൾ ഉയരമുള്ള മരങ്ങളിൽ പാടുന്നു. പിന്നെ ഞാൻ കൂട്ടുകാരോടൊപ്പം ചായ കുടിക്കുന്നു.",
        ),
        "mr": (
            "Marathi",
            "सकाळी मला आमच्या घराजवळच्या बागेत फिरायला आवडते. हवा थंड असते आणि पक्षी उंच झाडांवर"
            " गातात. त्यानंतर मी माझ्या मित्रांसोबत चहा पितो आणि आम्ही सगळ्या गोष्टींबद्दल बोलतो.",
        ),
        "ne": (
            "Nepali",
            "बिहान मलाई हाम्रो घर नजिकैको बगैंचामा हिँड्न मन पर्छ। हावा चिसो हुन्छ र चराहरू अग्ला"
            " रूखहरूमा गीत गाउँछन्। त्यसपछि म साथीहरूसँग चिया पिउँछु र हामी धेरै कुरा गर्छौं।",
        ),
        "pa": (
            "Punjabi",
            "ਸਵੇਰੇ ਮੈਨੂੰ ਆਪਣੇ ਘਰ ਦੇ ਨੇੜੇ ਵਾਲੇ ਬਾਗ਼ ਵਿੱਚ ਤੁਰਨਾ ਚੰਗਾ ਲੱਗਦਾ ਹੈ। ਹਵਾ ਠੰਢੀ ਹੁੰਦੀ ਹੈ ਅਤੇ"
            " ਪੰਛੀ ਉੱਚੇ ਰੁੱਖਾਂ ਉੱਤੇ ਗਾਉਂਦੇ ਹਨ। ਫਿਰ ਮੈਂ ਆਪਣੇ ਦੋਸਤਾਂ ਨਾਲ ਚਾਹ ਪੀਂਦਾ ਹਾਂ।",
        ),
        "pl": (
            "Polish",
            "Rano lubię spacerować po parku w pobliżu naszego domu. Powietrze jest chłodne i ptaki"
            " śpiewają na wysokich drzewach. Potem piję herbatę z przyjaciółmi i rozmawiamy o"
            " wszystkim.",
        ),
        "pt": (
            "Portuguese",
            "De manhã eu gosto de caminhar no parque perto da nossa casa. O ar é fresco e os"
            " pássaros cantam nas árvores altas. Depois eu bebo chá com os meus amigos e conversamos"
            " sobre tudo.",
        ),
        "ru": (
            "Russian",
            "Утром я люблю гулять в парке рядом с нашим домом. Воздух прохладный и птицы поют на"
            " высоких деревьях. Потом я пью чай с друзьями и мы разговариваем обо всём на свете.",
        ),
        "sw": (
            "Swahili",
            "Asubuhi ninapenda kutembea katika bustani iliyo karibu na nyumba yetu. Hewa ni baridi"
            " na ndege wanaimba kwenye miti mirefu. Baada ya hapo ninakunywa chai na marafiki zangu"
            " na tunazungumza kuhusu mambo yote.",
        ),
        "ta": (
            "Tamil",
            "காலையில் எங்கள் வீட்டின் அருகில் உள்ள பூங்காவில் நடக்க எனக்குப் பிடிக்கும். காற்று"
            " குளிர்ச்சியாக இருக்கும், பறவைகள் உயரமான மரங்களில் பாடும். பிறகு நான் நண்பர்களுடன்"
            " தேநீர் குடிப்பேன்.",
        ),
        "te": (
            "Telugu",
            "ఉదయం మా ఇంటి దగ్గర ఉన్న పార్కులో నడవడం నాకు ఇష్టం. గాలి చల్లగా ఉంటుంది మరియు పక్షులు"
            " ఎత్తైన చెట్లపై పాడతాయి. తర్వాత నేను స్నేహితులతో కలిసి టీ తాగుతాను.",
        ),
        "th": (
            "Thai",
            "ตอนเช้าฉันชอบเดินเล่นในสวนสาธารณะใกล้บ้านของเรา"
            " อากาศเย็นสบายและนกร้องเพลงอยู่บนต้นไม้สูง"
            " หลังจากนั้นฉันดื่มชากับเพื่อนและพูดคุยกันทุกเรื่อง",
        ),
        "tr": (
            "Turkish",
            "Sabahları evimizin yakınındaki parkta yürümeyi severim. Hava serin olur ve kuşlar"
            " yüksek ağaçlarda öter. Sonra arkadaşlarımla çay içerim ve her şey hakkında konuşuruz.",
        ),
        "uk": (
            "Ukrainian",
            "Вранці я люблю гуляти в парку поруч із нашим будинком. Повітря прохолодне і птахи"
            " співають на високих деревах. Потім я п'ю чай із друзями і ми розмовляємо про все на"
            " світі.",
        ),
        "ur": (
            "Urdu",
            "صبح مجھے اپنے گھر کے قریب والے باغ میں ٹہلنا اچھا لگتا ہے۔ ہوا ٹھنڈی ہوتی ہے اور پرندے"
            " اونچے درختوں پر گاتے ہیں۔ اس کے بعد میں اپنے دوستوں کے ساتھ چائے پیتا ہوں اور ہم باتیں"
            " کرتے ہیں۔",
        ),
        "vi": (
            "Vietnamese",
            "Buổi sáng tôi thích đi dạo trong công viên gần nhà chúng tôi. Không khí mát mẻ và chim"
            " hót trên những cây cao. Sau đó tôi uống trà với bạn bè và chúng tôi nói chuyện về mọi"
            " thứ.",
        ),
        "zh": (
            "Chinese",
            "早上我喜欢在我们家附近的公园里散步。空气很凉爽，鸟儿在高高的树上唱歌。之后我和朋友们一起喝茶，聊各种各样的事情。",
        ),
    }
)
