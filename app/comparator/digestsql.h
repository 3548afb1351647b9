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

// The same of rows whose key is known by its text, which `key` makes.
std::string postgresKeyDigest(const TableView &view, DigestKind kind,
                              const std::map<std::string, std::string> &types, const std::string &key);
std::string mariadbKeyDigest(const TableView &view, const std::map<std::string, MariadbColumn> &columns,
                             const std::string &key);

// "SELECT index, rows, rows with a digest, digests' exclusive or", of PostgreSQL all of them in one value,
// which unpackSegments() reads; "SELECT key, digest".
std::string segmentsSql(SourceKind kind, const TableView &view, const std::string &digest,
                        const KeyRange &range, const std::vector<KeyRange> &only);
std::string rowDigestsSql(SourceKind kind, const TableView &view, const std::string &digest,
                          const std::vector<KeyRange> &ranges);
std::string firstKeySql(SourceKind kind, const TableView &view, std::int64_t from);

// By hashes of keys: how the database makes of a row its key's text, that text's hash, its digest.
struct HashForms {
    SourceKind kind = SourceKind::Postgres;
    std::string key;
    std::string hash;
    std::string digest;
};
// "SELECT key", of the keys of a sample. MariaDB may tell one more than once: its DISTINCT takes for equal what a
// collation does.
std::string sampleKeysSql(SourceKind kind, const TableView &view, const std::string &key, const SamplePick &pick);
std::string postgresKeyHash(DigestKind kind, const std::string &key);
std::string mariadbKeyHash(const std::string &key);
std::string hashCellsSql(const TableView &view, const HashForms &forms, const HashPick &pick);
std::string hashRowsSql(const TableView &view, const HashForms &forms, const HashPick &pick);

// What segmentsSql() and hashCellsSql() have PostgreSQL say: of each segment its index and its rows (below
// zero: not each of them has a digest) in four bytes each and the digests in eight, as the network has them.
std::vector<SegmentDigest> unpackSegments(std::string_view bytes);

// Half of the MD5 of a text, as the databases cut it.
std::uint64_t halfMd5(std::string_view text);

} // namespace crossfade
