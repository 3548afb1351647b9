// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/comparator/randomplanter/sql.h"

#include <vector>

namespace planting {

enum class Kind { Text, Integer, Decimal, Timestamp, Boolean, Binary, Json };

// How a column keeps a value: Words are texts that spell it in any way.
enum class Form { Plain, Padded, Latin, Unlimited, Number, Double, Single, Words, Zoned, Wall, Day, Truth, Bits, Bytes };

struct Storage {
    Kind kind;
    Engine engine;
    const char *type;
    Form form;
    int digits = 0; // INTEGER: bits, below zero without a sign; TIMESTAMP: of a second
};

// Every type that random columns have.
const std::vector<Storage> &storages();

} // namespace planting
