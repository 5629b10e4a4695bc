namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>Keeps the order of rows while a pointer or the focus is among them, so that nothing jumps away under it.</summary>
public sealed class HeldOrder
{
    private IReadOnlyList<string>? _held;

    /// <summary>How many rows would stand elsewhere by now.</summary>
    public int Changes { get; private set; }

    public bool IsHeld => _held is not null;

    public void Hold(IReadOnlyList<string> order) => _held ??= order;

    public void Release() => (_held, Changes) = (null, 0);

    /// <summary>The rows as they are to be shown, given how they would stand. Rows that are new stand last; rows that are gone are gone.</summary>
    public IReadOnlyList<T> Apply<T>(IReadOnlyList<T> sorted, Func<T, string> key)
    {
        if (_held is null) return sorted;
        var byKey = sorted.ToDictionary(key, StringComparer.Ordinal);
        var shown = new List<T>(sorted.Count);
        foreach (var held in _held)
        {
            if (byKey.Remove(held, out var row)) shown.Add(row);
        }

        shown.AddRange(sorted.Where(row => byKey.ContainsKey(key(row))));
        Changes = shown.Where((row, i) => key(row) != key(sorted[i])).Count();
        return shown;
    }
}
