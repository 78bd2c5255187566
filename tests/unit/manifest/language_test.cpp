#include "libcommon/manifest/language.h"

#include <gtest/gtest.h>

namespace flu::manifest {
namespace {

TEST(Language, TagsAreTheShortest) {
  EXPECT_EQ(language_tag("eng"), "en");
  EXPECT_EQ(language_tag("deu"), "de");
  EXPECT_EQ(language_tag("ger"), "de");  // the bibliographic form, as many multiplexes have it
  EXPECT_EQ(language_tag("rus"), "ru");
  EXPECT_EQ(language_tag("zul"), "zu");
  EXPECT_EQ(language_tag("aar"), "aa");
  EXPECT_EQ(language_tag("qaa"), "qaa");
  EXPECT_EQ(language_tag("gsw"), "gsw");
}

TEST(Language, WhatIsNoLanguageHasNoTag) {
  for (const char* code : {"und", "", "en", "EN\"", "e\"g", "engl", "ENG"}) {
    EXPECT_EQ(language_tag(code), "") << code;
    EXPECT_EQ(language_name(code), "") << code;
  }
}

TEST(Language, NamesAreForPeople) {
  EXPECT_EQ(language_name("eng"), "English");
  EXPECT_EQ(language_name("gre"), "Greek");
  EXPECT_EQ(language_name("qaa"), "Original");
  EXPECT_EQ(language_name("gsw"), "gsw");
}

}  // namespace
}  // namespace flu::manifest
