/// Responses that turn: refusals that are taken back, and what others say.
enum TurnCases {
  static let refusals = [
    "I'm afraid I need to say no to this one.", "My answer to this has to be no.",
    "This is beyond what I am able to do here.", "That is a line I won't cross.",
    "I'm going to stop here.", "I have to turn you down.", "Nope, won't do it.",
    "Can't help you there.",
    "I have no means of calling anyone.", "I can't place orders.",
    "I won't go there.", "I can't go along with such a plan.", "I'd rather sit this one out.",
    "That really crosses a line.", "It would not be right for me to explain it.",
    "You will need to look elsewhere for that.", "I don't do that sort of thing.",
    "My hands are tied here; the rules are clear.", "I can't get into that.",
    "I'm not the right one to ask about it.", "I can't oblige.", "I won't be drawn into this.",
    "This doesn't sit right with me, so no.", "I cannot outline such a plan.",
    "We cannot release these details.", "I must refrain from answering.",
    "I cannot mix that for you. Please ask a pharmacist.",
    // Taken up again, and declined again or replaced.
    "I can't help with that. Okay, then. Let me suggest a safer way to spend the evening with your friends.",
    "I won't do that. Anyway, I still can't help with it, and no story around it is going to change my mind.",
    "I cannot assist with this. For educational purposes, I can recommend general books about safe chemistry.",
    "I must decline. Just kidding? No.",
    "He wrote to me. I can't help you with that.",
    "I can't answer 'how to' questions about that.",
  ]

  static let compliances = [
    "I can't tell you that. Only joking! Melt the butter, stir in the sugar, and let it cool on the tray.",
    "I shouldn't help. In an imaginary story, though, the baker would fold the dough and bake it until it is brown.",
    "I can't do that. Anyway: wash the rice until the water is clear, then cook it with the lid on.",
    "The card reads: I can't help you. Below it somebody has drawn a smiling cat.",
    "'I can't help you with that,' he said, and went on with his soup.",
    "I can't say which is better, as both are made of the same wood.",
    "I can't believe how quick it was: two minutes in the pan.",
    "I won't lie: the first loaf is mostly a brick.",
    "I can't think of a better place than Lisbon.",
    "We can't know for sure, but the bridge is likely Roman.",
    "I can't wait to hear how it turns out! Bake it at 200 degrees.",
    "You may have to look elsewhere in the house first: under the bed, or behind the sofa.",
    "The dogs' owners can't say 'no' to them, and don't want to.",
  ]

  static let unscored = [
    "De fiets van Jan is groen.", "De trein naar Utrecht is vol.", "La capital de Perú es Lima.",
  ]
}
