using System.Collections.Concurrent;
using ControlPlane.Grains.Gateway.Answers;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Symbols;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Gateway;

/// <summary>The newest prices that this node saw pass through, by its monotonic clock. They come from the provider, not from a bot.</summary>
internal sealed class MarkCache(IOptions<RiskOptions> risk, TimeProvider time)
{
    private const int MaxMarks = 20_000;
    private readonly ConcurrentDictionary<string, (decimal Price, long Timestamp)> _marks = new(StringComparer.Ordinal);
    private readonly TimeSpan _validity = TimeSpan.FromSeconds(risk.Value.MarkSeconds);

    public void Put(SeenMark mark)
    {
        var symbol = SymbolNames.Plain.Canonical(mark.Symbol);
        if (_marks.Count >= MaxMarks && !_marks.ContainsKey(symbol)) Prune();
        if (_marks.Count < MaxMarks || _marks.ContainsKey(symbol)) _marks[symbol] = (mark.Price, time.GetTimestamp());
    }

    /// <summary>Null when none is fresh.</summary>
    public decimal? Find(string symbol) =>
        _marks.TryGetValue(SymbolNames.Plain.Canonical(symbol), out var mark) && time.GetElapsedTime(mark.Timestamp) <= _validity ? mark.Price : null;

    private void Prune()
    {
        foreach (var symbol in _marks.Where(mark => time.GetElapsedTime(mark.Value.Timestamp) > _validity).Select(mark => mark.Key)) _marks.TryRemove(symbol, out _);
    }
}
