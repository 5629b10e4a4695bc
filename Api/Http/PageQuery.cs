using System.ComponentModel;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Http;

/// <summary>The query of a list. Texts, not numbers: a value that is no number is our problem to answer, and in no log.</summary>
internal readonly struct PageQuery
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 500;
    private const int MaxCursor = 200;

    [Description("How many items, 1 to 500. Default 100.")]
    public string? Limit { get; init; }

    [Description("Cursor of the page before: its 'next'.")]
    public string? Before { get; init; }

    /// <summary>The problem with the query, or null.</summary>
    public Problem? Read(out int limit)
    {
        limit = DefaultLimit;
        if (Limit is not null && (!int.TryParse(Limit, System.Globalization.NumberStyles.None, null, out limit) || limit is < 1 or > MaxLimit))
            return Problems.Invalid($"'limit' must be a whole number from 1 to {MaxLimit}.");
        return Before is { Length: 0 or > MaxCursor }
            ? Problems.Invalid("'before' is not a cursor of this list.", "Take it from 'next' of the page before.")
            : null;
    }
}
