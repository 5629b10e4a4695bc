using System.Collections.Immutable;

namespace ControlPlane.Grains.Gates.Policy;

/// <summary>What was closed opens only after several good evaluations in a row; what is not good closes at once.
/// Items are <c>provider/{id}</c>, <c>gate/{gate}/{id}</c> and <c>component/{name}</c>.</summary>
internal sealed class OpeningHysteresis(int openAfter)
{
    private readonly Dictionary<string, int> _goodInARow = [];

    /// <summary>Counts one timed evaluation and returns the items that may be treated as open.</summary>
    public ImmutableHashSet<string> Observe(IEnumerable<(string Item, bool Good)> items)
    {
        var open = ImmutableHashSet.CreateBuilder<string>();
        foreach (var (item, good) in items)
        {
            var streak = good ? Math.Min(_goodInARow.GetValueOrDefault(item) + 1, openAfter) : 0;
            _goodInARow[item] = streak;
            if (streak >= openAfter) open.Add(item);
        }

        return open.ToImmutable();
    }

    /// <summary>Between timed evaluations: closes what is not good, opens nothing new.</summary>
    public ImmutableHashSet<string> CloseOnly(IEnumerable<(string Item, bool Good)> items)
    {
        var open = ImmutableHashSet.CreateBuilder<string>();
        foreach (var (item, good) in items)
        {
            if (!good) _goodInARow[item] = 0;
            else if (_goodInARow.GetValueOrDefault(item) >= openAfter) open.Add(item);
        }

        return open.ToImmutable();
    }

    public static string Provider(string id) => "provider/" + id;

    public static string Component(string name) => "component/" + name;

    /// <summary>The items of the inputs, and whether each is good now.</summary>
    public static IEnumerable<(string Item, bool Good)> Items(GateInputs inputs) =>
        inputs.Providers.Select(p => (Provider(p.Id), p.IsGood))
            .Concat(GateConditionPolicy.ProviderGates.SelectMany(gate => GateConditionPolicy.Candidates(gate, inputs)
                .Select(p => (GateHolderPolicy.Item(gate, p.Id), p.IsGood && GateHolderPolicy.CanDo(p, gate)))))
            .Concat(inputs.Components.Select(c => (Component(c.Key), c.Value.IsGood)));
}
