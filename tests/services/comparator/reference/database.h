// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

// A database as the reference sees it: through the client library alone. Everything throws what went wrong.
class ReferenceDatabase {
public:
    virtual ~ReferenceDatabase() = default;
    using Row = std::vector<std::string>;
    virtual std::vector<Row> query(const std::string &sql) = 0; // none for a statement without rows
    // A change column's value for people, and its cell as "YYYY-MM-DD HH:MM:SS.mmm" in UTC.
    virtual std::string atText() const = 0;

    void run(const std::string &sql) { (void)query(sql); }
};

// `kind` as the comparator's API names it; `place` a file or URL.
std::unique_ptr<ReferenceDatabase> openReferenceDatabase(const std::string &kind, const std::string &place);
