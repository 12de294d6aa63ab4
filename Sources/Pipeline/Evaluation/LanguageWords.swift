/// Words by which a language shows in a short text.
///
/// They are its function words, and the words of courtesy and refusal. Spelling in lower case;
/// romanised forms where a language is often typed so.
enum LanguageWords {
  /// Words of English that are no words of most other languages.
  static let english = words(
    """
    the a an and or of to in on at by for with from is are was were be been being has have had it \
    its this that these those i you he she we they your my his her their our us them him me not but \
    as can will if when there here do does did what how which who whom whose why where would could \
    should may might must shall than then also only just very more most some any all each every \
    other another many much few less least own same such too so up down out off over under again \
    further once about into through during before after above below between because while until \
    against both while since though although however therefore unless whether yet still even ever \
    never always often sometimes usually maybe perhaps please thank thanks welcome hello hi hey yes \
    don doesn didn isn aren wasn weren won wouldn couldn shouldn hasn haven hadn ll ve re im dont \
    cant cannot wont let lets make makes made making take takes taken taking give gives given go \
    goes going gone come comes coming get gets getting got see seen know known think say says said \
    tell told ask asked asking use used using uses find found want wants need needs needed try \
    tried keep kept put set start started stop stopped turn turned work works working help helps \
    helped helping helpful show shows shown mean means call called look looks looking feel feels \
    become leave left bring begin begins write writes writing written read reading run running hold \
    open close closed add added adding mix mixed cook cooked bake baked cut fold folded wash washed \
    clean eat drink buy sell pay send sent build built learn learned learning teach speak speaking \
    talk talking answer answered answers question questions request requests respond response \
    provide provides provided providing support assist assistance assisting comply condone refuse \
    refused refusing refusal decline declined declining engage discuss discussing promote encourage \
    follow follows following create creating created generate generating content information advice \
    able unable allowed permitted willing going happy glad afraid unfortunately regret apologize \
    apologies apology against policy policies guidelines guideline rules rule illegal harmful \
    unethical dangerous unsafe inappropriate harm hurt safe safety wrong right good better best bad \
    worse worst great nice new old young big small little large long short high low easy hard hot \
    cold warm dry wet fresh full empty free important different first second third last next early \
    late now today tomorrow yesterday day days week weeks month months year years time times hour \
    hours minute minutes morning evening night people person man men woman women child children \
    friend friends family home house room door water food bread flour salt sugar oil milk egg eggs \
    cheese soup rice meat fish fruit coffee tea paper book books word words story poem letter name \
    number numbers list line code file data world country city street school car train bus money \
    price law life death body hand hands head eye eyes heart mind way ways thing things part parts \
    place places side end point points case cases problem problems idea ideas reason reasons step \
    steps plan example examples kind kinds lot lots bit piece one two three four five six seven \
    eight nine ten hundred thousand half red green blue white black yellow brown color colour north \
    south east west summer winter spring autumn sun rain snow wind light dark fire air earth sea \
    river tree plant plants animal animals dog cat bird horse music song game play playing die hat \
    war art gift brief fast arm hell pain chat sale plus pour real dice base sure certainly course \
    absolutely okay nothing something anything everything nobody someone anyone everyone none myself \
    yourself itself themselves programming programmed instructions language model assistant capital \
    total true false enough almost around away back together without within instead rather quite \
    really actually simply like likes love hate hope wish believe understand remember forget change \
    call move live living stay wait watch listen hear stand sit walk sleep wear carry break fix \
    press push pull pick choose check count cover fill bed table chair window wall floor oven pan \
    bowl cup glass knife spoon fork heat boil stir pour slice chop roast fry serve rinse drain
    """)

  /// Words that are said in many languages, and tell nothing.
  static let everywhere = words("no sorry ok ai email internet t s m d x e o l")

  /// Words that names of places and people begin with.
  static let ofNames = words(
    "el la los las le les de del della di da do das der den des van von al san santa st mi new")

  /// Other languages, each with words that its short texts hardly do without.
  static let others: [Set<String>] = [
    german, french, spanish, italian, portuguese, dutch, swedish, danishNorwegian, finnish, polish,
    czechSlovak, hungarian, romanian, turkish, indonesian, vietnamese, tagalog, swahili,
    southSlavic,
    baltic, estonian, icelandic, catalan, albanian, afrikaans, celtic, basque, latin, romanized,
  ].map(words)

  private static func words(_ text: String) -> Set<String> {
    Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
  }

  private static let german = """
    der die das den dem des ein eine einen einem einer eines und oder aber nicht kein keine keinen \
    ich du er sie es wir ihr mich mir dich dir ihnen ihm uns euch kann kannst können könnte darf \
    dürfen möchte will werde werden wird wurde ist sind war bin habe hat haben leider tut leid mein \
    meine dein ihre ihren dabei damit dazu dafür das dass diese diesem dieser dieses zu zum zur mit \
    von vom bei beim im in auf für über unter nach aus an am um als auch wie was wer wo warum weil \
    wenn nein ja niemals nie gern gerne bitte danke hilfe helfen entschuldigung verzeihung nichts \
    auf keinen fall geht möglich verboten ablehnen sehr gut guten tag man doch hier natürlich klar
    """
  private static let french = """
    le la les un une des du de et ou mais ne pas non je tu il elle nous vous ils elles me te se mon \
    ma mes ton votre vos notre ce cet cette ces est sont suis être avoir ai as avez peux peut pouvez \
    puis dois désolé désolée désolés navré pardon regrette refuse impossible aider aide demande que \
    qui quoi dans sur avec sans pour par plus très bien merci bonjour oui jamais rien aucun aucune \
    cela ça ceci au aux en y j l d c n qu s là voici bien sûr comment regret excusez excuse
    """
  private static let spanish = """
    el la los las un una unos unas y o u pero ni si sí yo tú él ella nosotros usted ustedes me te se \
    le les lo mi mis tu su sus es son soy está están estoy ser puedo puede puedes podemos poder debo \
    quiero siento lamento lamentamos perdón perdona disculpa disculpe ayudar ayudarte ayudarle eso \
    esto esta este ese esa de del al a en con sin por para que qué como cómo muy más hola gracias \
    nada nunca jamás claro imposible niego puedo petición solicitud hacer hacerlo bueno buenos días
    """
  private static let italian = """
    il lo la i gli le un uno una e o ma non mi ti si ci vi io tu lui lei noi voi loro sono sei è \
    siamo posso può puoi possiamo devo voglio spiace dispiace scusa scusi scusate rifiuto aiutarti \
    aiutarla aiutare aiuto questo questa quello quella di del della dei a al alla da dal in nel con \
    su per tra che chi come molto più bene ciao grazie niente nulla mai certo impossibile richiesta \
    farlo fare purtroppo prego buongiorno nemmeno l d c
    """
  private static let portuguese = """
    o a os as um uma uns umas e ou mas não nao eu tu ele ela nós você vocês me te se lhe meu minha \
    seu sua é são sou está estou ser posso pode podemos devo quero desculpe desculpa desculpem \
    lamento infelizmente sinto ajudar ajudá ajudo isso isto este esta esse essa de do da dos das em \
    no na nos nas com sem por para que como muito mais bem olá obrigado obrigada nada nunca jamais \
    claro impossível recuso pedido fazer sim bom dia perdão muita
    """
  private static let dutch = """
    de het een en of maar niet geen ik jij je u hij zij ze wij we jullie mij me jou hem haar ons uw \
    mijn kan kun kunt kunnen mag wil zal zullen is zijn ben was heb heeft hebben helaas spijt \
    excuses excuus verontschuldig helpen help hulp daarmee hiermee dit dat deze die met van voor op \
    in aan bij naar uit over om te als ook wat wie waar waarom omdat dan nee ja nooit niets graag \
    alstublieft bedankt dank hallo natuurlijk onmogelijk weiger verzoek doen zeer goed mogelijk niks
    """
  private static let swedish = """
    en ett den det de och eller men inte ingen inget jag du han hon vi ni mig dig honom henne oss er \
    min mitt din ditt kan kunde får vill ska är var har hade tyvärr ledsen förlåt ursäkta beklagar \
    hjälpa hjälp med av för på i till från om som att vad vem var varför därför nej ja aldrig inga \
    tack hej gärna omöjligt vägrar detta denna dessa göra mycket bra svara säga kommer nog måste
    """
  private static let danishNorwegian = """
    en et den det de og eller men ikke ingen intet ingenting jeg du han hun vi dere mig meg dig deg \
    ham hende henne os oss min mit mitt din kan kunne får vil skal er var har havde hadde desværre \
    dessverre beklager ked lei undskyld unnskyld hjælpe hjelpe hjælp hjelp med af av for på i til \
    fra om som at å hvad hva hvem hvor hvorfor nej nei ja aldrig aldri tak takk hej hei gerne gjerne \
    umuligt umulig nægter nekter dette denne disse gøre gjøre meget veldig godt bra svare
    """
  private static let finnish = """
    ei en et emme että ja tai mutta vaan minä sinä hän me te he minua sinua minun sinun voi voin \
    voida voimme saa tahdo on ovat olen ole oli valitettavasti pahoillani anteeksi pahoittelen auttaa \
    apua tässä tämä tuo se siinä sen kanssa mitä kuka missä miksi koska kun jos kyllä koskaan mitään \
    kiitos hei totta kai tietenkin mielelläni mahdotonta kieltäydyn tehdä hyvä hyvää päivää olla kuin niin
    """
  private static let polish = """
    nie tak i a w z na do od po o u się to jest są jestem być mogę może możesz możemy mogła mógł \
    przykro mi przepraszam przepraszamy niestety odmawiam pomóc pomogę pomoc pomagać ci tobie panu \
    pani tym w tej tego ta ten te co kto gdzie dlaczego ponieważ jak ale lub albo czy ja ty on ona \
    my wy oni mój moja twój nigdy nic dziękuję dzień dobry cześć proszę bardzo niemożliwe prośba \
    prośby zrobić wolno chcę chce za dla przez który która zgadzam
    """
  private static let czechSlovak = """
    ne nie ano áno a i v ve s se z na do od po o u si sa to je jsou som jsem být byť mohu můžu může \
    môžem môže můžeme nemůžu nemohu nemôžem nemožné bohužel bohužiaľ žiaľ omlouvám ospravedlňujem \
    promiňte prepáčte lituji ľutujem pomoci pomôcť pomoct s tím tým vám ti mi ten ta ty ta toto co \
    čo kdo kto kde proč prečo protože jak ako ale nebo alebo já ja ty on ona my vy oni nikdy nic nič \
    děkuji ďakujem dobrý den deň ahoj prosím velmi veľmi odmítám odmietam žádost udělat nesmím pre
    """
  private static let hungarian = """
    nem igen a az egy és vagy de hogy ha én te ő mi ti ők engem téged neked nekem vagyok van vannak \
    volt tudok tudom tud lehet lehetséges szabad akarok sajnálom sajnos bocsánat elnézést bocs \
    segíteni segítek segítség ebben ez ezt azt ezzel kell mit ki hol miért mert soha semmi köszönöm \
    szia jó napot szívesen lehetetlen megtagadom kérés kérést kérésre nagyon csak is meg mint
    """
  private static let romanian = """
    nu da un o și si sau dar că ca eu tu el ea noi voi ei mă te se îmi îți ne vă mi meu mea este sunt \
    ești sînt fi am ai a are pot poți poate putem trebuie vreau pare rău rau scuze scuzați regret din \
    păcate ajut ajuta ajuta cu asta acest această acesta ce cine unde de la în pe pentru din fără cum \
    foarte mai niciodată nimic mulțumesc bună ziua salut refuz imposibil cerere cererea face
    """
  private static let turkish = """
    hayır evet ve veya ya da ama fakat bu şu o bir ben sen biz siz onlar bana sana size seni beni \
    değil değilim yok var mi mı mu mü için ile gibi çok daha en ne kim nerede neden nasıl üzgünüm \
    maalesef özür dilerim pardon yardım yardımcı olamam olamıyorum edemem edemiyorum yapamam \
    yapamıyorum veremem konuda bunu buna istek isteği asla hiç hiçbir teşekkürler teşekkür merhaba \
    lütfen tabii imkansız reddediyorum mümkün olmaz iyi günler
    """
  private static let indonesian = """
    tidak tak bukan jangan ya dan atau tetapi tapi saya aku kamu anda kami kita mereka dia ini itu \
    yang di ke dari dengan untuk pada dalam oleh adalah bisa dapat boleh mau akan sudah belum maaf \
    mohon membantu bantu bantuan menolak permintaan apa siapa mana mengapa kenapa karena jika \
    terima kasih halo tentu saja selamat pagi tolong sangat mustahil pernah dalam hal tersebut melakukan
    """
  private static let vietnamese = """
    không có là và hoặc nhưng tôi bạn anh chị em chúng nó này đó kia của với cho từ trong ngoài trên \
    được thể xin lỗi rất tiếc giúp đỡ yêu cầu gì ai đâu sao vì nếu thì mà cảm ơn chào vâng dạ chưa \
    đừng từ chối làm việc một các những khong toi xin loi ban the giup
    """
  private static let tagalog = """
    hindi oo at o pero ngunit ako ikaw ka siya kami tayo kayo sila ko mo niya namin natin ang ng mga \
    sa si ni na ay ito iyan iyon po opo pasensya paumanhin patawad matutulungan makakatulong tulungan \
    tulong kaya maaari pwede puwede ano sino saan bakit dahil kung salamat kumusta magandang wala
    """
  private static let swahili = """
    hapana ndiyo na au lakini mimi wewe yeye sisi ninyi wao ya wa kwa za la cha hii hiyo hilo hayo ni \
    si siwezi sina samahani pole naomba radhi kusaidia kukusaidia msaada kufanya nini nani wapi kwa \
    nini kama asante habari jambo tafadhali sana kamwe haiwezekani ombi lako
    """
  private static let southSlavic = """
    ne da i a u s sa z na do od po o se si to je su smo sam sem biti bo mogu moram mogao može lahko \
    morem ne moremo nažalost žal žao oprostite izvinite izvini oprosti pardon oproščam opravičujem \
    pomoći pomoć pomognem pomagati pomagam pomoč s tim tem vam ti mi ovaj ova ovo ta to što šta kaj \
    tko ko kdo gdje gde kje zašto zakaj jer ker kako ali ili ja jaz on ona mi vi oni nikada nikad \
    nikoli ništa nič hvala dobar dan zdravo molim prosim vrlo zelo odbijam zavračam zahtjev zahtev \
    nemoguće
    """
  private static let baltic = """
    ne taip jā nē ir arba bet vai un es aš tu jis ji mēs mes jūs jie viņš viņa man jums tau jų yra \
    esu esmu galiu negaliu galite varu nevaru var deja diemžēl atsiprašau atleiskite atvainojiet \
    piedodiet padėti palīdzēt padeda šiuo šis tai tas šo ar su apie par kas kur kodėl kāpēc nes jo \
    kaip kā niekada nekad nieko nekas ačiū paldies labas labdien sveiki prašau lūdzu labai ļoti \
    atsisakau neįmanoma apgailestauju nožēloju
    """
  private static let estonian = """
    ei jah ja või aga et kui ma mina sa sina ta me te nad mind sind mul sul on olen ole oli saa võin \
    võib kahjuks vabandust vabandage kahju aidata abi sellega see seda selle mida kes kus miks sest \
    kunagi midagi aitäh tere palun väga võimatu keeldun teha
    """
  private static let icelandic = """
    nei já og eða en ekki enginn ég þú hann hún við þið mig þig mér þér er eru var hef get getur vil \
    því miður fyrirgefðu afsakið hjálpað hjálpa aðstoðað með af fyrir á í til frá um sem að hvað hver \
    hvar þetta þessi þakka takk halló aldrei ekkert ómögulegt neita
    """
  private static let catalan = """
    el la els les un una uns unes i o però no ni sí jo tu ell ella nosaltres vostè em et es ho mi és \
    són sóc està puc pot podem ho sento disculpa disculpeu perdó ajudar ajudar-te això aquest aquesta \
    de del al a en amb sense per que què com molt més hola gràcies res mai impossible sol·licitud fer
    """
  private static let albanian = """
    nuk nuk jo po dhe ose por unë ti ai ajo ne ju ata më të ju jam është janë mund mundem mundemi \
    duhet falni ndjesë keqardhje vjen keq ndihmoj ndihmë këtë kjo kush ku pse sepse si faleminderit \
    përshëndetje kurrë asgjë refuzoj
    """
  private static let afrikaans = """
    nee ja en of maar nie geen ek jy hy sy ons julle hulle my jou is was het kan kon mag wil sal \
    jammer ongelukkig verskoon help hulp daarmee hierdie dit dat wat met van vir op in aan by na uit \
    oor om te as ook wie waar hoekom omdat nooit niks dankie hallo asseblief baie weier
    """
  private static let celtic = """
    ní níl tá agus nó ach mé tú sé sí sinn gabh mo leithscéal brón orm liom leat cabhrú seo sin cad \
    cé cén fáth go raibh maith agat dia duit mae yn ddrwg gen i ni alla fedra allaf helpu chi gyda \
    hynny nid nac na oes diolch helo dw i'n methu
    """
  private static let basque = """
    ez bai eta edo baina nik zuk hark gu zu ni da dira naiz dut ezin sentitzen barkatu lagundu \
    laguntza hori hau horrekin zer nor non zergatik eskerrik asko kaixo inoiz dizut
    """
  private static let latin = """
    non et aut sed ego tu ille nos vos sum est sunt possum potest ignosce doleo te tibi hoc hac illud \
    cum ad ab ex de per quod quia quid quis nihil numquam gratias salve rogo auxilium adiuvare nequeo
    """
  private static let romanized = """
    maaf kijiye kijiyega mujhe main mein nahi nahin kar sakta sakti sakte hoon hai hain aapki aap ki \
    ka ke madad isme iske yeh ye kya kyon haan dhanyavaad shukriya izvinite izvini prostite ya ne \
    mogu pomoch pomoc etim eto spasibo da net nyet nelzya duibuqi dui bu qi wo bu neng bang nin ni \
    zhu bangzhu keyi xiexie hao sumimasen moushiwake gozaimasen gomennasai gomen nasai dekimasen \
    otetsudai shimasu desu masu watashi wa ga wo kore sore arigatou hai iie mianhamnida joesonghamnida \
    joesonghajiman hal su eopseumnida doul eops ani aniyo ne kamsahamnida la aasif asif ana afwan \
    aetazir astatii musaadatak hatha shukran lo yakhol slicha mitztaer den boro na boitheso lypamai \
    signomi ochi nai efcharisto khob kheyr motasefam nemitavanam komak konam baleh merci ami dukkhito \
    parbo korte sahajyo
    """
}
