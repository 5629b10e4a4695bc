using Microsoft.AspNetCore.Components;

namespace ControlPlane.Dashboard.Components;

/// <summary>Where a cell stands in the card that its row is on a phone.</summary>
public enum CardPlace
{
    /// <summary>A line of its own after the column's title.</summary>
    Line,

    /// <summary>The name of the card, first.</summary>
    Lead,

    /// <summary>Beside the name, at the right.</summary>
    Side,

    /// <summary>A line of its own without a title.</summary>
    Text,
}

/// <summary>A column of a <see cref="DataTable{T}"/>.</summary>
/// <param name="Cell">What stands in its cells.</param>
public sealed record DataColumn<T>(string Key, string Title, string Css, RenderFragment<T> Cell, bool NewestFirst = false, bool Always = false)
    : Column(Key, Title, Css, NewestFirst, Always)
{
    /// <summary>What its rows are ordered by; a row without one stands last, whichever way it is turned. Null for a column that can't be sorted.</summary>
    public Func<T, object?>? By { get; init; }

    /// <summary>The whole or exact text, shown on hover.</summary>
    public Func<T, string?>? Hint { get; init; }

    /// <summary>False for a cell with nothing in it, which a card leaves out. Null: every cell has something.</summary>
    public Func<T, bool>? Has { get; init; }

    /// <summary>1 to 6: while the width decides, 1 leaves first when the table gets narrow. 0 stays.</summary>
    public int Drop { get; init; }

    public CardPlace Card { get; init; }

    public override bool IsSortable => By is not null;

    public override string HeadCss => Drop == 0 ? Css : $"{Css} d{Drop}";

    /// <summary>The classes of a row's cell.</summary>
    public string CellCss(T row) => $"{HeadCss} p-{Card.ToString().ToLowerInvariant()}{(Has?.Invoke(row) == false ? " nothing" : "")}";
}
