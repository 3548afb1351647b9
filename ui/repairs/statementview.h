// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// A statement as it will run, line by line, then its values: what can't be seen is marked.
class StatementView : public QWidget {
    Q_OBJECT
public:
    explicit StatementView(QWidget *parent = nullptr);
    using Values = std::vector<std::optional<std::string>>; // none: NULL
    void setStatement(const std::string &statement, const Values &parameters);
    QSize sizeHint() const override { return {320, height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Line {
        std::optional<QByteArray> text;
        QString number; // "1", or "$1" of a value
        bool value = false;
    };
    std::vector<Line> linesFor(int width) const;
    void fit(); // as high as its lines at this width

    QByteArray m_statement;
    Values m_values;
};

} // namespace crossfade
