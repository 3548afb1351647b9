// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/mapping.h"
#include "models/consistency/row.h"
#include "models/core/json.h"

#include <filesystem>
#include <string>
#include <vector>

namespace crossfade {

// Keyed digests (HMAC-SHA256) of values and rows. What is stored or shown of a sensitive field is
// only this: without the key, which never leaves the data folder, nothing can be guessed from it.
class Fingerprint {
public:
    // Reads the key of this store, or makes it (readable by its owner only) at the first start.
    static Result<Fingerprint> open(const std::filesystem::path &directory);

    std::string digest(std::string_view text) const; // 32 hexadecimal digits
    // Of a row under the mapping's rules; "" for an absent one. Equal rows have equal prints.
    std::string ofRow(const std::vector<MappedField> &compared, const KeyedRow *row, Platform side) const;
    // As it may be shown and stored: null, the text, "fingerprint …" of a sensitive field, "bytes
    // …" of what is not UTF-8. Long texts are cut. Equal values of both sides have equal fingerprints.
    Json shown(const MappedField &field, const Cell &value, Platform side) const;
    // {field: value} of a row; null for an absent one.
    Json shownRow(const std::vector<MappedField> &compared, const KeyedRow *row, Platform side) const;

private:
    std::string m_key;
};

} // namespace crossfade
