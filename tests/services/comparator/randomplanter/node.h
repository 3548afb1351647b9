// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/comparator/randomplanter/random.h"

#include <string>
#include <vector>

namespace planting {

// A JSON value. Two are the same by what they hold, whatever the order of their members and however they are written.
struct Node {
    enum class Type { Null, True, False, Number, Text, Array, Object };
    Type type = Type::Null;
    long long number = 0; // in hundredths
    std::string text;
    std::vector<std::string> names; // of the members, sorted
    std::vector<Node> children;
    bool operator==(const Node &) const = default;
};

Node randomNode(Random &random, int depth = 0);
// Something in it is another.
Node changedNode(const Node &from, Random &random);
// One of its many spellings.
std::string spelt(const Node &node, Random &random);

} // namespace planting
