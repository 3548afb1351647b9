// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/previewfile.h"

#include "models/core/csv.h"

#include <algorithm>
#include <utility>

namespace crossfade {

namespace {

constexpr std::size_t PieceBytes = 64 << 10;
// Looked through for one piece, should few of them move.
constexpr std::size_t PieceUsers = 1'000'000;

} // namespace

PreviewFile::PreviewFile(PreviewPtr preview, std::vector<Direction> directions)
    : m_preview(std::move(preview))
    , m_directions(std::move(directions))
{
}

void PreviewFile::append(std::string &text, std::string_view user) const
{
    const Move move = moveOf(m_preview->pair(), user);
    appendCsvRecord(text, {std::string(user), std::string(platformWord(move.from)), std::string(platformWord(move.to)),
                           std::string(reasonWord(move.reason))});
}

std::optional<std::string> PreviewFile::piece()
{
    const IdSet &users = *m_preview->users;
    if (m_begun && m_index == users.size()) return std::nullopt;
    std::string text;
    if (!std::exchange(m_begun, true)) appendCsvRecord(text, {"user_id", "from", "to", "reason"});
    const std::size_t until = std::min(users.size(), m_index + PieceUsers);
    for (; m_index < until && text.size() < PieceBytes; ++m_index) {
        const bool listed = std::ranges::any_of(
            m_directions, [this](Direction direction) { return m_preview->moves(m_index, direction); });
        if (listed) append(text, users.at(m_index));
    }
    return text;
}

} // namespace crossfade
