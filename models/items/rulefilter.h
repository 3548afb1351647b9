// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/rulemodel.h"

#include <QAbstractProxyModel>

#include <unordered_map>
#include <vector>

namespace crossfade {

// One kind of rule, those that contain the text; sorted by a column's raw values, ties by name upwards. It keeps what
// is shown in order, so that a rule that changes is found and put by halving: Qt's own proxy sorts and maps all of
// them anew, and tells a thousand that come between others as a thousand insertions.
class RuleFilter : public QAbstractProxyModel {
    Q_OBJECT
public:
    explicit RuleFilter(QObject *parent = nullptr);
    void setSourceModel(QAbstractItemModel *model) override; // a RuleModel
    void setKind(RuleType kind);
    RuleType kind() const { return m_kind; }
    void setText(const QString &text);
    const QString &text() const { return m_text; }
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    QModelIndex sibling(int row, int column, const QModelIndex &of) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QModelIndex mapToSource(const QModelIndex &shown) const override;
    QModelIndex mapFromSource(const QModelIndex &source) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Entry {
        RuleRows::Place place = 0;
        RuleRowPtr row; // as it was when it was put here
    };
    bool accepts(int sourceRow) const;
    bool before(const Entry &a, const Entry &b) const;
    std::size_t whereIs(const Entry &entry) const;
    Entry entryAt(int sourceRow) const;
    void onInserted(int first, int last);
    void onAboutToBeRemoved(int first, int last);
    void onChanged(int first, int last);
    void change(int sourceRow);
    void putOne(const Entry &entry);
    void takeOut(std::size_t at);
    void mergeIn(std::vector<Entry> come);
    void arrange(std::vector<Entry> next);
    std::vector<Entry> wanted() const;
    void refilter();
    void beginAnew();

    const RuleModel *m_rules = nullptr;
    RuleType m_kind = RuleType::User;
    QString m_text;
    int m_column = RuleModel::Priority;
    Qt::SortOrder m_order = Qt::AscendingOrder;
    std::vector<Entry> m_shown; // in order
    std::unordered_map<RuleRows::Place, RuleRowPtr> m_rows; // the same, to find what changed by what it was
};

} // namespace crossfade
