// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace crossfade {

class Page;
class Settings;

// Puts the dividers of a page where the operator left them and sorts its tables as they were sorted,
// and from now on keeps what the operator changes: at once, so that nothing is lost with the process.
void rememberLayout(Page *page, Settings *settings);

} // namespace crossfade
