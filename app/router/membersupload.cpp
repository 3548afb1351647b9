// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/membersupload.h"

#include "app/router/directory.h"

namespace crossfade {

MembersUpload::MembersUpload(MemberReader::Form form, Begin begin)
    : m_begin(std::move(begin))
    , m_ids(Directory::MostIds)
    , m_reader(form, m_ids) {}

Result<void> MembersUpload::begun() {
    if (!m_read) {
        auto read = m_begin();
        if (!read) return fail(read.error());
        m_read = std::move(*read);
    }
    return m_read->goOn();
}

// Another list may be read from now on; the connection may take its time to go.
Result<void> MembersUpload::ended(Result<void> result) {
    if (!result) m_read.reset();
    return result;
}

Result<void> MembersUpload::take(std::string_view piece) {
    if (auto good = begun(); !good) return ended(good);
    m_read->bytes += piece.size();
    auto fed = m_reader.feed(piece);
    m_read->lines = m_reader.lines();
    return ended(std::move(fed));
}

Result<MembersUpload::Whole> MembersUpload::finish() {
    auto good = begun(); // also of a list without a body
    if (good) good = m_reader.finish();
    if (auto kept = ended(good); !kept) return fail(kept.error());
    m_read->lines = m_reader.lines();
    m_read->phase = MemberRead::Phase::Sorting;
    auto ids = m_ids.build();
    auto read = std::move(m_read);
    if (!ids) return fail(ids.error());
    return Whole{std::move(*ids), std::move(read)};
}

} // namespace crossfade
