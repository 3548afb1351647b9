// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/previewstore.h"

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// The exact list of a preview as a CSV file, made piece by piece while it is sent: ten million users take no
// more memory than ten.
class PreviewFile {
public:
    PreviewFile(PreviewPtr preview, std::vector<Direction> directions);
    std::optional<std::string> piece(); // may be empty; none: the end

private:
    void append(std::string &text, std::string_view user) const;

    PreviewPtr m_preview;
    std::vector<Direction> m_directions;
    std::size_t m_index = 0;
    bool m_begun = false;
};

} // namespace crossfade
