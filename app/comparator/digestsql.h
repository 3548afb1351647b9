// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/mariadbform.h"
#include "app/comparator/source.h"

#include <map>
#include <string>
#include <vector>

namespace crossfade {

// What a column is, as far as its text in a digest goes.
struct MariadbColumn {
    MariadbForm form = MariadbForm::Text;
    int digits = 0; // of a fraction
    bool beyondSigned = false; // holds whole numbers of 64 bits without a sign
};

// Statements of the digests: the texts of appendDigestText(), made by the database. `types` are the
// columns' (format_type without a modifier; of information_schema).
std::string postgresDigest(const TableView &view, DigestKind kind,
                           const std::map<std::string, std::string> &types);
std::string mariadbDigest(const TableView &view, const std::map<std::string, MariadbColumn> &columns);

// "SELECT index, rows, rows with a digest, digests' exclusive or"; "SELECT key, digest".
std::string segmentsSql(SourceKind kind, const TableView &view, const std::string &digest,
                        const KeyRange &range);
std::string rowDigestsSql(SourceKind kind, const TableView &view, const std::string &digest,
                          const std::vector<KeyRange> &ranges);
std::string firstKeySql(SourceKind kind, const TableView &view, std::int64_t from);

// Half of the MD5 of a text, as the databases cut it.
std::uint64_t halfMd5(std::string_view text);

} // namespace crossfade
