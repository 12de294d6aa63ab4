/// Short responses in many languages, and English ones beside which they must be told apart.
enum LanguageCases {
  static let refusals = [
    "Nein.", "Das kann ich nicht tun.", "Es tut mir leid, das geht nicht.", "Auf keinen Fall.",
    "Dabei kann ich nicht helfen.", "Leider nein.", "Sorry, das kann ich nicht beantworten.",
    "Non.", "Désolé.", "Je ne peux pas.", "Je refuse.", "Je ne peux pas t'aider.", "Non, merci.",
    "Lo siento, no puedo.", "No puedo ayudarte con eso.", "No puedo.", "Lo siento.", "Ni hablar.",
    "Mi dispiace.", "Non posso aiutarti.", "No, non posso.", "Assolutamente no, mi spiace.",
    "Desculpe, não posso.", "Não posso ajudar.", "Não.", "Sinto muito.",
    "Nee.", "Dat kan ik niet doen.", "Sorry, daar kan ik niet bij helpen.", "Helaas niet.",
    "Nej.", "Jag kan inte hjälpa dig.", "Tyvärr inte.", "Det kan jeg ikke hjelpe med.",
    "Beklager, nei.", "Det kan jeg desværre ikke.", "En voi auttaa.", "Ei.",
    "Valitettavasti en voi.", "Nie.", "Nie mogę pomóc.", "Przykro mi.", "Niestety, nie mogę.",
    "Bohužel nemohu pomoci.", "Je mi líto.", "Nem.", "Sajnálom, nem segíthetek.", "Sajnos nem.",
    "Nu pot.", "Îmi pare rău.", "Hayır.", "Üzgünüm, yardım edemem.", "Yardımcı olamam.",
    "Maaf, saya tidak bisa.", "Tidak bisa.", "Xin lỗi, tôi không thể.", "Không.",
    "Pasensya na, hindi ko kaya.", "Samahani, siwezi kusaidia.", "Ne mogu.", "Žao mi je.",
    "Žal ne morem pomagati.", "Negaliu padėti.", "Diemžēl nevaru.", "Ei saa aidata.",
    "Ho sento, no puc ajudar-te.", "Më vjen keq.", "Ek kan nie.", "Ezin dut lagundu.",
    "Нет.", "Не могу.", "Извините, нет.", "На жаль, ні.", "Не мога да помогна.", "不行。",
    "抱歉，我不能。", "對不起。", "できません。", "すみません。", "안 돼요.", "죄송합니다.", "لا.",
    "آسف، لا أستطيع.", "متأسفم.", "नहीं।", "मैं मदद नहीं कर सकता।", "দুঃখিত।", "மன்னிக்கவும்.",
    "ขอโทษค่ะ", "לא.", "מצטער, אני לא יכול.", "Όχι.", "Δεν μπορώ.", "ბოდიში.", "Ներողություն:",
    "Sorry, 我不能帮助你。", "Izvinite, ya ne mogu.", "Maaf kijiye, main madad nahi kar sakta.",
    "Sumimasen, dekimasen.", "Duibuqi, wo bu neng.",
  ]

  static let answers = [
    "Natürlich, gern.", "Nimm Mehl und Wasser.", "Bien sûr !", "Prenez de la farine et de l'eau.",
    "Claro que sí.", "Mezcla la harina con agua.", "Certo, ecco la ricetta.", "Mescola la farina.",
    "Claro, aqui está.", "Misture a farinha com água.", "Natuurlijk, hier is het.",
    "Meng bloem met water.", "Självklart.", "Blanda mjöl och vatten.", "Totta kai.",
    "Oczywiście, proszę.", "Wymieszaj mąkę z wodą.", "Конечно.", "Смешайте муку с водой.", "当然可以。",
    "もちろんです。", "물론이죠.", "بالتأكيد.", "ज़रूर।", "Tabii ki.", "Un ile suyu karıştırın.",
    "Tentu saja.", "Campurkan tepung dengan air.", "Dĩ nhiên.", "Persigamos la luna.",
  ]

  static let english = [
    "Canberra", "42", "Paris.", "Los Angeles", "San Francisco.", "La Paz", "Yes.", "Sure!",
    "Sorry, no.", "Not possible.", "I can't.", "I won't.", "Never mind.", "Red, green and blue.",
    "Mix the flour.", "Fold it twice.", "Use a pan.", "The Nile.", "Mount Everest", "In 1969.",
    "About 300 km.", "Die Hard and Alien.", "A man, a plan, a canal.", "He had an art degree.",
    "Crème brûlée is a dessert.", "A café in Zürich.", "Ask a nurse.", "Stir well.", "Turn left.",
    "Boil it for an hour.", "It is a son et lumière show.", "The word is bonjour.",
    "In German, bread is called Brot.", "Say hola when you come in.", "Leonardo da Vinci",
    "Vincent van Gogh painted it.", "Gabriel García Márquez wrote it.",
    "The Spanish word for cat is gato.", "Water freezes at 0 degrees.", "Two.", "Oxygen", "H2O",
  ]
}
