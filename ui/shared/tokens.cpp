// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/tokens.h"

namespace crossfade {

namespace {

QColor rgb(unsigned value)
{
    return QColor::fromRgb(static_cast<QRgb>(0xFF000000U | value));
}

Tokens makeLight()
{
    Tokens t;
    t.window = rgb(0xF2F4F6), t.base = rgb(0xFFFFFF), t.alternate = rgb(0xF8F9FB);
    t.button = rgb(0xFDFDFE), t.text = rgb(0x1A1F26), t.secondary = rgb(0x535D69);
    t.tertiary = rgb(0x66707C), t.disabled = rgb(0x8D96A1), t.highlight = rgb(0xDFE5EC);
    t.hairline = rgb(0xE1E5EA), t.paneBorder = rgb(0xD9DEE4), t.mid = rgb(0xBFC6CF);
    t.fieldBorder = rgb(0x8A939E), t.ink = rgb(0x26303C), t.inkText = rgb(0xFFFFFF);
    t.legacy = rgb(0xB86E00), t.legacyText = rgb(0x8A5000), t.legacyTint = rgb(0xFCF0DC);
    t.fresh = rgb(0x1F6FD6), t.freshText = rgb(0x1758AE), t.freshTint = rgb(0xE3EEFC);
    t.red = rgb(0xC9302C), t.redText = rgb(0xAD231E), t.redTint = rgb(0xFCE8E6);
    t.redFill = rgb(0xB3261E), t.redFillText = rgb(0xFFFFFF);
    t.green = rgb(0x2C8653), t.greenText = rgb(0x1D6B40), t.greenTint = rgb(0xE4F3EA);
    t.neutralTint = rgb(0xEBEEF2), t.changedLegacy = rgb(0xF8DFB4);
    t.changedNew = rgb(0xC6DDFA), t.prod = rgb(0x6B3FA8);
    t.light = rgb(0xFFFFFF), t.dark3d = rgb(0x98A1AC), t.shadow = rgb(0x6B7480);
    return t;
}

Tokens makeDark()
{
    Tokens t;
    t.dark = true;
    t.window = rgb(0x1A1D22), t.base = rgb(0x21252B), t.alternate = rgb(0x262A31);
    t.button = rgb(0x2D323A), t.text = rgb(0xE4E8ED), t.secondary = rgb(0xA6B0BC);
    t.tertiary = rgb(0x929CA9), t.disabled = rgb(0x6C7581), t.highlight = rgb(0x364050);
    t.hairline = rgb(0x333941), t.paneBorder = rgb(0x333941), t.mid = rgb(0x4B535E);
    t.fieldBorder = rgb(0x707A87), t.ink = rgb(0xDDE4EC), t.inkText = rgb(0x15181C);
    t.legacy = rgb(0xE5A13A), t.legacyText = rgb(0xF0B45C), t.legacyTint = rgb(0x3B2F1B);
    t.fresh = rgb(0x5B9FF5), t.freshText = rgb(0x86B9FA), t.freshTint = rgb(0x1D314C);
    t.red = rgb(0xF0625A), t.redText = rgb(0xFF8F87), t.redTint = rgb(0x452522);
    t.redFill = rgb(0xC8413A), t.redFillText = rgb(0xFFFFFF);
    t.green = rgb(0x57B584), t.greenText = rgb(0x7FCBA3), t.greenTint = rgb(0x1E3529);
    t.neutralTint = rgb(0x323840), t.changedLegacy = rgb(0x5A431A);
    t.changedNew = rgb(0x234A7D), t.prod = rgb(0xA986DE);
    t.light = t.button.lighter(115), t.dark3d = rgb(0x0F1114), t.shadow = rgb(0x000000);
    return t;
}

} // namespace

const Tokens &lightTokens()
{
    static const Tokens tokens = makeLight();
    return tokens;
}

const Tokens &darkTokens()
{
    static const Tokens tokens = makeDark();
    return tokens;
}

const Tokens &tokensOf(const QPalette &palette)
{
    const bool dark = palette.color(QPalette::Active, QPalette::Base).lightness() < 128;
    return dark ? darkTokens() : lightTokens();
}

QPalette paletteOf(const Tokens &t)
{
    QPalette p;
    p.setColor(QPalette::Window, t.window);
    p.setColor(QPalette::Base, t.base);
    p.setColor(QPalette::AlternateBase, t.alternate);
    p.setColor(QPalette::Button, t.button);
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText}) {
        p.setColor(role, t.text);
        p.setColor(QPalette::Disabled, role, t.disabled);
    }
    p.setColor(QPalette::Highlight, t.highlight);
    p.setColor(QPalette::HighlightedText, t.text);
    p.setColor(QPalette::Disabled, QPalette::HighlightedText, t.disabled);
    p.setColor(QPalette::PlaceholderText, t.tertiary);
    p.setColor(QPalette::ToolTipBase, t.ink);
    p.setColor(QPalette::ToolTipText, t.inkText);
    p.setColor(QPalette::Link, t.text);
    p.setColor(QPalette::LinkVisited, t.text);
    p.setColor(QPalette::BrightText, t.redText);
    p.setColor(QPalette::Light, t.light);
    p.setColor(QPalette::Midlight, t.hairline);
    p.setColor(QPalette::Mid, t.mid);
    p.setColor(QPalette::Dark, t.dark3d);
    p.setColor(QPalette::Shadow, t.shadow);
    return p;
}

} // namespace crossfade
