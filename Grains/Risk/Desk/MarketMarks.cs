namespace ControlPlane.Grains.Risk.Desk;

/// <summary>Last trades of the market as they were reported to this activation, by its monotonic clock. A restart forgets them.</summary>
internal sealed class MarketMarks(TimeProvider time, TimeSpan validity)
{
    private const int MaxSymbols = 1_000;
    private readonly Dictionary<string, (decimal Price, long Timestamp)> _marks = new(StringComparer.Ordinal);

    /// <summary>False when there are marks of too many symbols already.</summary>
    public bool Report(string symbol, decimal price)
    {
        if (_marks.Count >= MaxSymbols && !_marks.ContainsKey(symbol)) Prune();
        if (_marks.Count >= MaxSymbols && !_marks.ContainsKey(symbol)) return false;
        _marks[symbol] = (price, time.GetTimestamp());
        return true;
    }

    /// <summary>The report alone, or null when it is not fresh.</summary>
    public decimal? Of(string symbol) =>
        _marks.TryGetValue(symbol, out var mark) && time.GetElapsedTime(mark.Timestamp) <= validity ? mark.Price : null;

    /// <summary>The younger one of the report and the recorded trade, or null when neither is fresh.</summary>
    public decimal? Of(string symbol, RiskBook book, DateTimeOffset now)
    {
        (decimal Price, TimeSpan Age)? best = null;
        if (_marks.TryGetValue(symbol, out var mark)) best = (mark.Price, time.GetElapsedTime(mark.Timestamp));
        if (book is { LastTradePrice: { } price, LastTradeAt: { } at })
        {
            var age = now - at < TimeSpan.Zero ? TimeSpan.Zero : now - at;
            if (best is null || age < best.Value.Age) best = (price, age);
        }

        return best is { } known && known.Age <= validity ? known.Price : null;
    }

    private void Prune()
    {
        foreach (var symbol in _marks.Where(m => time.GetElapsedTime(m.Value.Timestamp) > validity).Select(m => m.Key).ToArray()) _marks.Remove(symbol);
    }
}
