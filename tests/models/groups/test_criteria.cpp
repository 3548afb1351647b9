// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/groups/anycriteria.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <memory>

#include <sqlite3.h>

namespace crossfade::test {
namespace {

Result<Criteria> read(const char *text, const std::vector<std::string> *attributes = nullptr) {
    const Json body{{"criteria", parseJson(text).value()}};
    JsonReader in(body);
    const Json *json = in.optionalObject("criteria");
    Criteria criteria = json ? readCriteria(*json, "/criteria", in, attributes) : Criteria();
    if (auto error = in.finish()) return fail(*error);
    return criteria;
}

bool holdsFor(const char *criteria, const Row &row) {
    const auto parsed = read(criteria);
    EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : parsed.error().message);
    return parsed && matches(*parsed, [&](std::string_view name) { return attributeIn(row, name); });
}

std::string firstPointer(const char *criteria, const std::vector<std::string> *attributes = nullptr) {
    const auto parsed = read(criteria, attributes);
    return parsed ? "none" : parsed.error().fields.at(0).pointer;
}

struct CloseSqlite {
    void operator()(sqlite3 *database) const { sqlite3_close(database); }
    void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};

// A real database with one table, and what a condition finds in it.
class People {
public:
    People() {
        sqlite3 *handle = nullptr;
        sqlite3_open(":memory:", &handle);
        m_database.reset(handle);
        run("CREATE TABLE people (region, \"shop \"\"no\"\"\", level)", {});
    }
    void fill(const std::vector<Row> &rows) {
        run("DELETE FROM people", {});
        for (const Row &row : rows)
            run("INSERT INTO people VALUES (?1, ?2, ?3)", row);
    }
    // The numbers of the rows, from 1; nothing if the statement fails.
    std::optional<std::vector<std::size_t>> find(const SqlCondition &condition) {
        std::vector<std::optional<std::string>> values(condition.values.begin(), condition.values.end());
        return run("SELECT row_number FROM (SELECT row_number() OVER (ORDER BY rowid) AS row_number, * FROM people) "
                   "WHERE " + condition.text + " ORDER BY 1", values);
    }

private:
    std::optional<std::vector<std::size_t>> run(const std::string &sql,
                                                const std::vector<std::optional<std::string>> &values) {
        sqlite3_stmt *prepared = nullptr;
        const int code = sqlite3_prepare_v2(m_database.get(), sql.c_str(), -1, &prepared, nullptr);
        const std::unique_ptr<sqlite3_stmt, CloseSqlite> statement(prepared);
        if (code != SQLITE_OK) return std::nullopt;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (values[i])
                sqlite3_bind_text(prepared, static_cast<int>(i + 1), values[i]->data(),
                                  static_cast<int>(values[i]->size()), SQLITE_STATIC);
        }
        std::vector<std::size_t> found;
        int step = sqlite3_step(prepared);
        for (; step == SQLITE_ROW; step = sqlite3_step(prepared))
            found.push_back(static_cast<std::size_t>(sqlite3_column_int64(prepared, 0)));
        if (step != SQLITE_DONE) return std::nullopt;
        return found;
    }

    std::unique_ptr<sqlite3, CloseSqlite> m_database;
};

} // namespace

TEST(Criteria, predicatesAreNeverUnknown) {
    const Row row{"north", std::nullopt, "12"};
    EXPECT_TRUE(holdsFor(R"({"attribute":"region","op":"EQUALS","value":"north"})", row));
    EXPECT_FALSE(holdsFor(R"({"attribute":"region","op":"EQUALS","value":"North"})", row));
    EXPECT_TRUE(holdsFor(R"({"attribute":"region","op":"IN","values":["south","north"]})", row));
    EXPECT_TRUE(holdsFor(R"({"attribute":"region","op":"PREFIX","value":"no"})", row));
    EXPECT_TRUE(holdsFor(R"({"attribute":"shop \"no\"","op":"IS_NULL"})", row));
    EXPECT_FALSE(holdsFor(R"({"attribute":"shop \"no\"","op":"EQUALS","value":"x"})", row));
    EXPECT_TRUE(holdsFor(R"({"not":{"attribute":"shop \"no\"","op":"EQUALS","value":"x"}})", row));
    // "12" comes before "9" as text and after 9 as a number.
    EXPECT_TRUE(holdsFor(R"({"attribute":"level","op":"LESS","value":"9"})", row));
    EXPECT_TRUE(holdsFor(R"({"attribute":"level","op":"AT_LEAST","value":9})", row));
    EXPECT_FALSE(holdsFor(R"({"attribute":"region","op":"AT_LEAST","value":9})", row));
    EXPECT_TRUE(holdsFor(R"({"all":[{"attribute":"level","op":"GREATER","value":11},
                                    {"any":[{"attribute":"region","op":"EQUALS","value":"west"},
                                            {"attribute":"region","op":"EQUALS","value":"north"}]}]})",
                         row));
}

TEST(Criteria, mistakesNameTheirField) {
    const std::vector<std::string> known{"region"};
    EXPECT_EQ(firstPointer("{}"), "/criteria");
    EXPECT_EQ(firstPointer(R"({"all":[],"any":[]})"), "/criteria");
    EXPECT_EQ(firstPointer(R"({"all":[]})"), "/criteria/all");
    EXPECT_EQ(firstPointer(R"({"all":[{"attribute":"a","op":"IS_NULL"},{"attribute":"b","op":"ODD"}]})"),
              "/criteria/all/1/op");
    EXPECT_EQ(firstPointer(R"({"not":{"attribute":"a","op":"EQUALS"}})"), "/criteria/not/value");
    EXPECT_EQ(firstPointer(R"({"attribute":"a","op":"EQUALS","value":1.5})"), "/criteria/value");
    EXPECT_EQ(firstPointer(R"({"attribute":"a","op":"PREFIX","value":1})"), "/criteria/value");
    EXPECT_EQ(firstPointer(R"({"attribute":"a","op":"IN","values":[]})"), "/criteria/values");
    EXPECT_EQ(firstPointer(R"({"attribute":"a","op":"IN","values":["x",5]})"), "/criteria/values/1");
    EXPECT_EQ(firstPointer(R"({"attribute":"a","op":"IN","value":"x","values":["x"]})"), "/criteria/value");
    EXPECT_EQ(firstPointer(R"({"attribute":"a","op":"IS_NULL","value":"x"})"), "/criteria/value");
    EXPECT_EQ(firstPointer(R"({"attribute":"a","op":"EQUALS","value":"x","sql":"1"})"), "/criteria/sql");
    EXPECT_EQ(firstPointer(R"({"attribute":"a","op":"EQUALS","value":"\u0000"})"), "/criteria/value");
    EXPECT_EQ(firstPointer(R"({"attribute":"height","op":"IS_NULL"})", &known), "/criteria/attribute");
    EXPECT_EQ(firstPointer(R"({"attribute":"region","op":"IS_NULL"})", &known), "none");
    EXPECT_EQ(firstPointer(R"({"all":["x"]})"), "/criteria/all/0");
}

TEST(Criteria, depthAndSizeAreBounded) {
    std::string deep = R"({"attribute":"a","op":"IS_NULL"})";
    for (int i = 0; i < 7; ++i)
        deep = R"({"not":)" + deep + "}";
    EXPECT_EQ(firstPointer(deep.c_str()), "none");
    deep = R"({"not":)" + deep + "}";
    EXPECT_EQ(firstPointer(deep.c_str()), "/criteria/not/not/not/not/not/not/not/not");
    std::string wide;
    for (int i = 0; i < 200; ++i)
        wide += std::string(i ? "," : "") + R"({"attribute":"a","op":"IS_NULL"})";
    EXPECT_EQ(firstPointer((R"({"any":[)" + wide + "]}").c_str()), "/criteria/any/199");
}

TEST(Criteria, nothingOfAValueIsInTheSql) {
    const auto criteria = read(R"({"any":[{"attribute":"region","op":"EQUALS","value":"x' OR 1=1 --"},
                                          {"attribute":"a\"b","op":"IN","values":["'","\""]},
                                          {"attribute":"region","op":"AT_MOST","value":-7}]})");
    ASSERT_TRUE(criteria.has_value());
    for (const SqlDialect dialect : {SqlDialect::Sqlite, SqlDialect::Postgresql}) {
        const auto sql = toSql(*criteria, dialect, {"region", "a\"b"});
        ASSERT_TRUE(sql.has_value());
        EXPECT_EQ(sql->values, (std::vector<std::string>{"x' OR 1=1 --", "'", "\"", "-7"}));
        EXPECT_EQ(sql->text.find("1=1"), std::string::npos);
        EXPECT_EQ(sql->text.find("-7"), std::string::npos);
        EXPECT_NE(sql->text.find("\"a\"\"b\""), std::string::npos) << sql->text;
        // Only what the directory is configured with.
        EXPECT_EQ(toSql(*criteria, dialect, {"region"}).error().kind, ErrorKind::Invalid);
    }
}

TEST(Criteria, mariadbQuotesByBackticks) {
    const auto criteria = read(R"({"any":[{"attribute":"a`b","op":"PREFIX","value":"`; --"},
                                          {"attribute":"region","op":"LESS","value":-7}]})");
    ASSERT_TRUE(criteria.has_value());
    const auto sql = toSql(*criteria, SqlDialect::Mariadb, {"region", "a`b"});
    ASSERT_TRUE(sql.has_value());
    EXPECT_EQ(sql->values, (std::vector<std::string>{"`; --", "-7"}));
    EXPECT_EQ(std::ranges::count(sql->text, '?'), 3) << sql->text; // with the one of the pattern
    EXPECT_NE(sql->text.find("`a``b`"), std::string::npos) << sql->text;
    EXPECT_EQ(sql->text.find("--"), std::string::npos) << sql->text;
    EXPECT_EQ(sql->text.find("-7"), std::string::npos) << sql->text;
    EXPECT_EQ(toSql(*criteria, SqlDialect::Mariadb, {"region"}).error().kind, ErrorKind::Invalid);
}

RC_GTEST_PROP(CriteriaProperties, jsonComesBack, ()) {
    const Criteria criteria = *anyCriteria();
    const Json json = criteriaToJson(criteria);
    const Json body{{"criteria", json}};
    JsonReader in(body);
    in.ignore("criteria");
    const Criteria back = readCriteria(json, "/criteria", in);
    RC_ASSERT(!in.finish().has_value());
    RC_ASSERT(back == criteria);
}

RC_GTEST_PROP(CriteriaProperties, sqliteFindsWhatTheEvaluationFinds, ()) {
    static People people;
    const auto rows = *rc::gen::container<std::vector<Row>>(anyRow());
    const Criteria criteria = *anyCriteria();
    people.fill(rows);
    const auto sql = toSql(criteria, SqlDialect::Sqlite, attributeNames());
    RC_ASSERT(sql.has_value());
    const auto found = people.find(*sql);
    RC_ASSERT(found.has_value());
    RC_ASSERT(*found == matching(criteria, rows));
}

} // namespace crossfade::test
