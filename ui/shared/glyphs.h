// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>
#include <QRectF>

class QPainter;

namespace crossfade {

// Small marks on a 12 grid, 1.7 px stroke: in chips, charts, rows.
enum class Glyph {
    None, Check, Cross, Question, Pause, Clock, Diamond, Circle, HalfCircle, Undo, Warning, Play,
    NotEqual, Plus, ChevronDown, ChevronRight
};
void paintGlyph(QPainter &painter, const QRectF &rect, Glyph glyph, const QColor &color);

// Line icons on a 16 grid, 1.35 px stroke, round caps.
enum class Symbol {
    None, Logo, Overview, Rules, Shift, Groups, Consistency, Repairs, Sync, Comparison, Runbook,
    Audit, Connections, Search, Add, Edit, Drill, Remove, Duplicate, Import, Export, Filter, Refresh,
    Pause, Play, Undo, Check, Cross, Warning, More, Review, User, Chevron, ChevronRight, Bell, List
};
void paintSymbol(QPainter &painter, const QRectF &rect, Symbol symbol, const QColor &color);
// Follows palette and scale: secondary text, Text when selected, disabled text when disabled.
QIcon symbolIcon(Symbol symbol);
QIcon symbolIcon(Symbol symbol, const QColor &color);

// A hatch of 45° lines, 8 px tile, drawn for the device pixel ratio. `counter` leans the other way.
QBrush hatchBrush(const QColor &line, const QColor &ground, bool counter, qreal deviceRatio);

} // namespace crossfade
