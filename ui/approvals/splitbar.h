// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <optional>

namespace crossfade {

// The share of NEW as a bar: NEW solid from the left, LEGACY hatched beside it. Nothing known: grey.
class SplitBar : public QWidget {
    Q_OBJECT
public:
    explicit SplitBar(QWidget *parent = nullptr);
    void setShareOfNew(std::optional<double> percent);
    QSize sizeHint() const override { return {200, 10}; }
    QSize minimumSizeHint() const override { return {60, 10}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::optional<double> m_percent;
};

} // namespace crossfade
