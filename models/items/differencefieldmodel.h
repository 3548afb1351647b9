// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/differencerow.h"
#include "models/items/keyedsteps.h"

#include <QAbstractTableModel>

namespace crossfade {

// An entity field by field with two values: LEGACY and NEW of a difference, or before and after of
// a repair. Fields that differ come first.
class DifferenceFieldModel : public KeyedModel<EntityField, QAbstractTableModel> {
    Q_OBJECT
public:
    enum Column { Field, Left, Right, ColumnCount };
    enum Role {
        ValueRole = Qt::UserRole + 1, // QByteArray UTF-8, invalid: SQL NULL
        OtherRole,                    // the value across
        EqualRole,
        SensitiveRole,
        PresentRole,                  // whether this side's row is there
    };
    enum class Purpose { Difference, Repair };

    explicit DifferenceFieldModel(Purpose purpose, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setFields(std::vector<EntityField> fields, bool leftPresent, bool rightPresent);

private:
    QString display(const EntityField &field, int column) const;

    Purpose m_purpose;
    std::vector<EntityField> m_fields;
    bool m_leftPresent = true;
    bool m_rightPresent = true;
};

} // namespace crossfade
