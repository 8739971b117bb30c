"""Ask name servers what they answer: the only part of zonesync that speaks DNS."""
