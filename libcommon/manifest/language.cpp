#include "libcommon/manifest/language.h"

#include <algorithm>
#include <iterator>

namespace flu::manifest {
namespace {

struct Row {
  std::string_view code;  // ISO 639-2, both forms where there are two
  std::string_view tag;   // ISO 639-1
  std::string_view name;
};

// Those that have two letters, by code. The others are tags as they are (RFC 5646 2.2.1).
// clang-format off
constexpr Row kLanguages[] = {
    {"aar", "aa", "Afar"}, {"abk", "ab", "Abkhazian"}, {"afr", "af", "Afrikaans"},
    {"aka", "ak", "Akan"}, {"alb", "sq", "Albanian"}, {"amh", "am", "Amharic"},
    {"ara", "ar", "Arabic"}, {"arg", "an", "Aragonese"}, {"arm", "hy", "Armenian"},
    {"asm", "as", "Assamese"}, {"ava", "av", "Avaric"}, {"ave", "ae", "Avestan"},
    {"aym", "ay", "Aymara"}, {"aze", "az", "Azerbaijani"}, {"bak", "ba", "Bashkir"},
    {"bam", "bm", "Bambara"}, {"baq", "eu", "Basque"}, {"bel", "be", "Belarusian"},
    {"ben", "bn", "Bengali"}, {"bih", "bh", "Bihari languages"}, {"bis", "bi", "Bislama"},
    {"bod", "bo", "Tibetan"}, {"bos", "bs", "Bosnian"}, {"bre", "br", "Breton"},
    {"bul", "bg", "Bulgarian"}, {"bur", "my", "Burmese"}, {"cat", "ca", "Catalan"},
    {"ces", "cs", "Czech"}, {"cha", "ch", "Chamorro"}, {"che", "ce", "Chechen"},
    {"chi", "zh", "Chinese"}, {"chu", "cu", "Church Slavic"}, {"chv", "cv", "Chuvash"},
    {"cor", "kw", "Cornish"}, {"cos", "co", "Corsican"}, {"cre", "cr", "Cree"},
    {"cym", "cy", "Welsh"}, {"cze", "cs", "Czech"}, {"dan", "da", "Danish"},
    {"deu", "de", "German"}, {"div", "dv", "Divehi"}, {"dut", "nl", "Dutch"},
    {"dzo", "dz", "Dzongkha"}, {"ell", "el", "Greek"}, {"eng", "en", "English"},
    {"epo", "eo", "Esperanto"}, {"est", "et", "Estonian"}, {"eus", "eu", "Basque"},
    {"ewe", "ee", "Ewe"}, {"fao", "fo", "Faroese"}, {"fas", "fa", "Persian"},
    {"fij", "fj", "Fijian"}, {"fin", "fi", "Finnish"}, {"fra", "fr", "French"},
    {"fre", "fr", "French"}, {"fry", "fy", "Western Frisian"}, {"ful", "ff", "Fulah"},
    {"geo", "ka", "Georgian"}, {"ger", "de", "German"}, {"gla", "gd", "Gaelic"},
    {"gle", "ga", "Irish"}, {"glg", "gl", "Galician"}, {"glv", "gv", "Manx"},
    {"gre", "el", "Greek"}, {"grn", "gn", "Guarani"}, {"guj", "gu", "Gujarati"},
    {"hat", "ht", "Haitian"}, {"hau", "ha", "Hausa"}, {"heb", "he", "Hebrew"},
    {"her", "hz", "Herero"}, {"hin", "hi", "Hindi"}, {"hmo", "ho", "Hiri Motu"},
    {"hrv", "hr", "Croatian"}, {"hun", "hu", "Hungarian"}, {"hye", "hy", "Armenian"},
    {"ibo", "ig", "Igbo"}, {"ice", "is", "Icelandic"}, {"ido", "io", "Ido"},
    {"iii", "ii", "Sichuan Yi"}, {"iku", "iu", "Inuktitut"}, {"ile", "ie", "Interlingue"},
    {"ina", "ia", "Interlingua"}, {"ind", "id", "Indonesian"}, {"ipk", "ik", "Inupiaq"},
    {"isl", "is", "Icelandic"}, {"ita", "it", "Italian"}, {"jav", "jv", "Javanese"},
    {"jpn", "ja", "Japanese"}, {"kal", "kl", "Kalaallisut"}, {"kan", "kn", "Kannada"},
    {"kas", "ks", "Kashmiri"}, {"kat", "ka", "Georgian"}, {"kau", "kr", "Kanuri"},
    {"kaz", "kk", "Kazakh"}, {"khm", "km", "Central Khmer"}, {"kik", "ki", "Kikuyu"},
    {"kin", "rw", "Kinyarwanda"}, {"kir", "ky", "Kirghiz"}, {"kom", "kv", "Komi"},
    {"kon", "kg", "Kongo"}, {"kor", "ko", "Korean"}, {"kua", "kj", "Kuanyama"},
    {"kur", "ku", "Kurdish"}, {"lao", "lo", "Lao"}, {"lat", "la", "Latin"},
    {"lav", "lv", "Latvian"}, {"lim", "li", "Limburgan"}, {"lin", "ln", "Lingala"},
    {"lit", "lt", "Lithuanian"}, {"ltz", "lb", "Luxembourgish"}, {"lub", "lu", "Luba-Katanga"},
    {"lug", "lg", "Ganda"}, {"mac", "mk", "Macedonian"}, {"mah", "mh", "Marshallese"},
    {"mal", "ml", "Malayalam"}, {"mao", "mi", "Maori"}, {"mar", "mr", "Marathi"},
    {"may", "ms", "Malay"}, {"mkd", "mk", "Macedonian"}, {"mlg", "mg", "Malagasy"},
    {"mlt", "mt", "Maltese"}, {"mon", "mn", "Mongolian"}, {"mri", "mi", "Maori"},
    {"msa", "ms", "Malay"}, {"mya", "my", "Burmese"}, {"nau", "na", "Nauru"},
    {"nav", "nv", "Navajo"}, {"nbl", "nr", "Ndebele"}, {"nde", "nd", "Ndebele"},
    {"ndo", "ng", "Ndonga"}, {"nep", "ne", "Nepali"}, {"nld", "nl", "Dutch"},
    {"nno", "nn", "Norwegian Nynorsk"}, {"nob", "nb", "Norwegian Bokmål"},
    {"nor", "no", "Norwegian"}, {"nya", "ny", "Chichewa"}, {"oci", "oc", "Occitan"},
    {"oji", "oj", "Ojibwa"}, {"ori", "or", "Oriya"}, {"orm", "om", "Oromo"},
    {"oss", "os", "Ossetian"}, {"pan", "pa", "Panjabi"}, {"per", "fa", "Persian"},
    {"pli", "pi", "Pali"}, {"pol", "pl", "Polish"}, {"por", "pt", "Portuguese"},
    {"pus", "ps", "Pushto"}, {"que", "qu", "Quechua"}, {"roh", "rm", "Romansh"},
    {"ron", "ro", "Romanian"}, {"rum", "ro", "Romanian"}, {"run", "rn", "Rundi"},
    {"rus", "ru", "Russian"}, {"sag", "sg", "Sango"}, {"san", "sa", "Sanskrit"},
    {"sin", "si", "Sinhala"}, {"slk", "sk", "Slovak"}, {"slo", "sk", "Slovak"},
    {"slv", "sl", "Slovenian"}, {"sme", "se", "Northern Sami"}, {"smo", "sm", "Samoan"},
    {"sna", "sn", "Shona"}, {"snd", "sd", "Sindhi"}, {"som", "so", "Somali"},
    {"sot", "st", "Sotho"}, {"spa", "es", "Spanish"}, {"sqi", "sq", "Albanian"},
    {"srd", "sc", "Sardinian"}, {"srp", "sr", "Serbian"}, {"ssw", "ss", "Swati"},
    {"sun", "su", "Sundanese"}, {"swa", "sw", "Swahili"}, {"swe", "sv", "Swedish"},
    {"tah", "ty", "Tahitian"}, {"tam", "ta", "Tamil"}, {"tat", "tt", "Tatar"},
    {"tel", "te", "Telugu"}, {"tgk", "tg", "Tajik"}, {"tgl", "tl", "Tagalog"},
    {"tha", "th", "Thai"}, {"tib", "bo", "Tibetan"}, {"tir", "ti", "Tigrinya"},
    {"ton", "to", "Tonga"}, {"tsn", "tn", "Tswana"}, {"tso", "ts", "Tsonga"},
    {"tuk", "tk", "Turkmen"}, {"tur", "tr", "Turkish"}, {"twi", "tw", "Twi"},
    {"uig", "ug", "Uighur"}, {"ukr", "uk", "Ukrainian"}, {"urd", "ur", "Urdu"},
    {"uzb", "uz", "Uzbek"}, {"ven", "ve", "Venda"}, {"vie", "vi", "Vietnamese"},
    {"vol", "vo", "Volapük"}, {"wel", "cy", "Welsh"}, {"wln", "wa", "Walloon"},
    {"wol", "wo", "Wolof"}, {"xho", "xh", "Xhosa"}, {"yid", "yi", "Yiddish"},
    {"yor", "yo", "Yoruba"}, {"zha", "za", "Zhuang"}, {"zho", "zh", "Chinese"},
    {"zul", "zu", "Zulu"},
};
// clang-format on

const Row* find(std::string_view code) {
  const auto* const row =
      std::lower_bound(std::begin(kLanguages), std::end(kLanguages), code,
                       [](const Row& each, std::string_view wanted) { return each.code < wanted; });
  return row != std::end(kLanguages) && row->code == code ? row : nullptr;
}

bool is_code(std::string_view code) {
  return code.size() == 3 && std::all_of(code.begin(), code.end(), [](char letter) {
           return letter >= 'a' && letter <= 'z';
         });
}

}  // namespace

std::string language_tag(std::string_view code) {
  if (!is_code(code) || code == "und") return {};
  const Row* const row = find(code);
  return std::string(row == nullptr ? code : row->tag);
}

std::string language_name(std::string_view code) {
  if (!is_code(code) || code == "und") return {};
  if (code == "qaa") return "Original";  // ETSI EN 300 468 F: the original sound
  if (code == "mul") return "Several languages";
  if (code == "zxx") return "Without words";
  const Row* const row = find(code);
  return std::string(row == nullptr ? code : row->name);
}

}  // namespace flu::manifest
