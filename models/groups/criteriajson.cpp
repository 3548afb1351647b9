// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/groups/criteria.h"

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

using Kind = Criteria::Kind;

constexpr int MostDeep = 8;
constexpr std::size_t MostNodes = 200;
constexpr std::size_t MostValues = 1'000; // of one list
constexpr std::size_t MostBound = 10'000; // of all together: below what every engine binds
constexpr std::size_t MaxValueBytes = 500;
constexpr std::int64_t LargestNumber = 999'999'999'999'999'999;
const std::vector<std::string_view> OpWords{"EQUALS",  "IN",      "PREFIX",   "LESS",
                                            "AT_MOST", "GREATER", "AT_LEAST", "IS_NULL"};

Kind kindOf(std::size_t word) {
    return static_cast<Kind>(word + static_cast<std::size_t>(Kind::Equals));
}

class CriteriaReader {
public:
    explicit CriteriaReader(const std::vector<std::string> *attributes)
        : m_attributes(attributes) {}

    Criteria read(const Json &json, const std::string &pointer, JsonReader &parent, int depth = 1) {
        JsonReader in(json, pointer, parent);
        Criteria criteria;
        const std::array<std::string_view, 4> shapes{"all", "any", "not", "attribute"};
        const auto given = std::ranges::count_if(shapes, [&](auto shape) { return in.has(shape); });
        if (depth > MostDeep)
            refuse(in, "must not be nested more than 8 deep");
        else if (++m_nodes > MostNodes)
            refuse(in, "must have at most 200 parts");
        else if (given != 1)
            refuse(in, "must have exactly one of all, any, not and attribute");
        else if (in.has("attribute"))
            readLeaf(in, json, criteria);
        else
            readParts(in, criteria, depth);
        for (const std::string_view shape : shapes)
            in.ignore(shape);
        in.finish();
        return criteria;
    }

private:
    static void refuse(JsonReader &in, std::string message) {
        in.reject("", std::move(message));
        for (const char *field : {"op", "value", "values"})
            in.ignore(field);
    }

    void readParts(JsonReader &in, Criteria &criteria, int depth) {
        if (in.has("not")) {
            criteria.kind = Kind::Not;
            if (const Json *part = in.optionalObject("not"))
                criteria.parts.push_back(read(*part, in.pointerTo("not"), in, depth + 1));
            return;
        }
        criteria.kind = in.has("all") ? Kind::All : Kind::Any;
        const char *field = criteria.kind == Kind::All ? "all" : "any";
        const Json *parts = in.optionalArray(field, MostNodes);
        if (parts && parts->empty()) in.reject(field, "must not be empty");
        for (std::size_t i = 0; parts && i < parts->size(); ++i)
            criteria.parts.push_back(
                read((*parts)[i], in.pointerTo(field) + "/" + std::to_string(i), in, depth + 1));
    }

    void readLeaf(JsonReader &in, const Json &json, Criteria &criteria) {
        criteria.attribute = in.text("attribute", 200, 1);
        if (m_attributes && !criteria.attribute.empty() &&
            std::ranges::find(*m_attributes, criteria.attribute) == m_attributes->end())
            in.reject("attribute", "is not an attribute of the directory");
        criteria.kind = kindOf(in.word("op", OpWords));
        const bool list = criteria.kind == Kind::In;
        const bool single = !list && criteria.kind != Kind::IsNull;
        if (!list && in.has("values")) in.reject("values", "goes with IN only");
        if (!single && in.has("value")) in.reject("value", "does not go with this op");
        in.ignore("values");
        in.ignore("value");
        if (list) readList(in, criteria);
        if (single) readValue(in, json, criteria);
        m_bound += criteria.values.size();
        if (m_bound > MostBound && m_bound - criteria.values.size() <= MostBound)
            in.reject("", "must have at most 10000 values in all its parts");
    }

    static void readList(JsonReader &in, Criteria &criteria) {
        const std::vector<std::string> texts = in.optionalTexts("values", MostValues, MaxValueBytes);
        const auto hasNul = [](const std::string &text) { return text.find('\0') != std::string::npos; };
        if (texts.empty()) in.reject("values", "must name at least one value");
        // PostgreSQL has no text with such a character.
        if (std::ranges::any_of(texts, hasNul)) in.reject("values", "must not contain a NUL character");
        criteria.values.assign(texts.begin(), texts.end());
    }

    static void readValue(JsonReader &in, const Json &json, Criteria &criteria) {
        const auto value = json.find("value");
        const bool number = value != json.end() && value->is_number() && criteria.kind != Kind::Prefix;
        if (number)
            criteria.values.emplace_back(in.integer("value", -LargestNumber, LargestNumber));
        else
            criteria.values.emplace_back(in.text("value", MaxValueBytes));
    }

    const std::vector<std::string> *m_attributes;
    std::size_t m_nodes = 0;
    std::size_t m_bound = 0;
};

Json valueToJson(const Criteria::Value &value) {
    return std::visit([](const auto &one) { return Json(one); }, value);
}

} // namespace

Criteria readCriteria(const Json &json, const std::string &pointer, JsonReader &parent,
                      const std::vector<std::string> *attributes) {
    return CriteriaReader(attributes).read(json, pointer, parent);
}

Json criteriaToJson(const Criteria &criteria) {
    Json parts = Json::array();
    for (const Criteria &part : criteria.parts)
        parts.push_back(criteriaToJson(part));
    if (criteria.kind == Kind::All) return {{"all", parts}};
    if (criteria.kind == Kind::Any) return {{"any", parts}};
    if (criteria.kind == Kind::Not) return {{"not", parts.front()}};
    const auto word = static_cast<std::size_t>(criteria.kind) - static_cast<std::size_t>(Kind::Equals);
    Json json{{"attribute", criteria.attribute}, {"op", OpWords[word]}};
    if (criteria.kind == Kind::In) {
        json["values"] = Json::array();
        for (const Criteria::Value &value : criteria.values)
            json["values"].push_back(valueToJson(value));
    } else if (criteria.kind != Kind::IsNull) {
        json["value"] = valueToJson(criteria.values.front());
    }
    return json;
}

} // namespace crossfade
