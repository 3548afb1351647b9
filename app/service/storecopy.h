// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/storeconnection.h"

#include <map>
#include <string>

namespace crossfade {

// How many rows a table has, and a sum over their contents that does not depend on their order.
struct TableDigest {
    std::int64_t rows = 0;
    std::uint64_t sum = 0;
    bool operator==(const TableDigest &) const = default;
};
using StoreDigest = std::map<std::string, TableDigest>;

// The tables that make up a store: neither the notes on its schema nor PostgreSQL's own `writer`.
Result<StoreConnection::Tables> storeTables(StoreConnection &store);
// Of what the caller's transaction sees.
Result<StoreDigest> digestOf(StoreConnection &store);
// Puts every row of one store into another of the same schema, whatever kinds they are, in place of the
// rows there. Both in the callers' transactions. Reads the copy again: what it answers is the digest of
// both, Internal if they differ.
Result<StoreDigest> copyStore(StoreConnection &from, StoreConnection &to);

} // namespace crossfade
