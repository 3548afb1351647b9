// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

class QWidget;

namespace crossfade::test {

// What a person would see as broken in a window: labels and buttons narrower than their texts (those
// that shorten on purpose excepted), texts outside of their window, tables that scroll sideways,
// heads of columns cut off.
QStringList clippedTexts(QWidget *window);

} // namespace crossfade::test
