// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/comparator/randomplanter/node.h"

#include "tests/services/comparator/randomplanter/sql.h"

#include <cstdlib>
#include <numeric>
#include <set>

namespace planting {

namespace {

const std::vector<std::string> Texts{"",  "a", "A", "null", "1", "caf\u00e9", "cafe\u0301", "\U0001F600", "{}", "a\"b", "a\\b",
                                     " ", "\n"};
const std::vector<std::string> Names{"a", "A", "b", "id", "caf\u00e9", "long name", ""};

std::string blank(Random &random)
{
    return random.oneIn(4) ? " " : "";
}

std::string numberText(long long hundredths, Random &random)
{
    const long long whole = std::llabs(hundredths) / 100, rest = std::llabs(hundredths) % 100;
    std::string text = (hundredths < 0 ? "-" : "") + std::to_string(whole);
    if (rest == 0) return random.oneIn(4) ? text + ".0" : text;
    text += rest < 10 ? ".0" + std::to_string(rest) : "." + std::to_string(rest);
    if (text.back() == '0' && random.oneIn(2)) text.pop_back();
    return text;
}

// Now and then é is written as an escape.
std::string textText(const std::string &text, Random &random)
{
    std::string result = jsonText(text);
    const std::size_t at = result.find("\u00e9");
    if (at != std::string::npos && random.oneIn(2)) result.replace(at, 2, "\\u00e9");
    return result;
}

} // namespace

Node randomNode(Random &random, int depth)
{
    Node node;
    node.type = static_cast<Node::Type>(random.between(0, depth < 3 ? 6 : 4));
    if (depth == 0 && random.oneIn(2)) node.type = Node::Type::Object;
    if (node.type == Node::Type::Number) node.number = random.between(-1'000'000, 1'000'000);
    if (node.type == Node::Type::Text) node.text = random.of(Texts);
    if (node.type == Node::Type::Object) {
        std::set<std::string> names;
        for (long long i = random.between(0, 4); i > 0; --i)
            names.insert(random.of(Names));
        node.names.assign(names.begin(), names.end());
        for (std::size_t i = 0; i < node.names.size(); ++i)
            node.children.push_back(randomNode(random, depth + 1));
    }
    if (node.type == Node::Type::Array) {
        for (long long i = random.between(0, 3); i > 0; --i)
            node.children.push_back(randomNode(random, depth + 1));
    }
    return node;
}

Node changedNode(const Node &from, Random &random)
{
    Node node = from;
    if (node.children.empty() || random.oneIn(6)) {
        if (node.type != Node::Type::Number || random.oneIn(3)) return randomNode(random, 1);
        node.number += random.oneIn(2) ? 1 : -100;
        return node;
    }
    const std::size_t place = random.below(node.children.size());
    if (random.oneIn(4)) {
        node.children.erase(node.children.begin() + static_cast<std::ptrdiff_t>(place));
        if (node.type == Node::Type::Object) node.names.erase(node.names.begin() + static_cast<std::ptrdiff_t>(place));
    } else if (random.oneIn(4)) {
        std::swap(node.children[place], node.children.back());
    } else {
        node.children[place] = changedNode(from.children[place], random);
    }
    return node;
}

std::string spelt(const Node &node, Random &random)
{
    switch (node.type) {
    case Node::Type::Null:
        return "null";
    case Node::Type::True:
        return "true";
    case Node::Type::False:
        return "false";
    case Node::Type::Number:
        return numberText(node.number, random);
    case Node::Type::Text:
        return textText(node.text, random);
    case Node::Type::Array:
    case Node::Type::Object:
        break;
    }
    const bool object = node.type == Node::Type::Object;
    std::vector<std::size_t> order(node.children.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (object) random.shuffle(order);
    std::string text = object ? "{" : "[";
    for (std::size_t i = 0; i < order.size(); ++i) {
        text += (i == 0 ? "" : ",") + blank(random);
        if (object) text += textText(node.names[order[i]], random) + blank(random) + ":" + blank(random);
        text += spelt(node.children[order[i]], random);
    }
    return text + blank(random) + (object ? "}" : "]");
}

} // namespace planting
