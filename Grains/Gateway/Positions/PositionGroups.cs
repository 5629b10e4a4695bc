using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Gateway.Positions;

/// <summary>Bots that trade the same symbols in one account at a broker.</summary>
/// <param name="Questions">One a symbol: the sum of them is the position.</param>
internal sealed record PositionGroup(string Key, IReadOnlyList<PositionQuestion> Questions, IReadOnlyList<BotHolding> Bots)
{
    public bool IsShared => Bots.Count > 1;

    public bool IsFlat => Bots.All(bot => bot.Holding is { Held: 0, Working.IsEmpty: true });

    public bool AllKnown => Bots.All(bot => bot.Holding.Known);
}

/// <summary>Finds which bots share a position.</summary>
internal static class PositionGroups
{
    /// <param name="holdings">Of every bot that trades at the provider, or may hold something there.</param>
    public static IReadOnlyList<PositionGroup> Of(ProviderDefinition provider, IReadOnlyList<BotHolding> holdings)
    {
        var parts = new List<Part>();
        foreach (var bot in holdings)
        {
            var questions = bot.Holding.Orders.Select(order => PositionQuestion.Of(provider, order)).ToArray();
            if (questions.Length > 0 && questions.All(question => question is null)) continue;
            var asked = questions.OfType<PositionQuestion>().ToArray();

            // Some of it in another account or in a market without positions: nobody knows how much.
            var mixed = asked.Length < questions.Length || asked.Select(question => question.Account).Distinct(StringComparer.Ordinal).Count() > 1;
            parts.Add(new(
                asked.Length == 0 ? [SymbolNames.Plain.Canonical(bot.Holding.Symbol)] : [.. asked.Select(question => question.Name)],
                [.. asked.DistinctBy(question => (question.Account, question.Name))],
                mixed ? bot with { Holding = bot.Holding with { Elsewhere = true } } : bot));
        }

        return [.. Join(parts).Where(group => group.Exists(part => part.Questions.Count > 0)).Select(Group)];
    }

    /// <summary>Parts with a name in common belong together, of one account or of an unknown one.</summary>
    private static List<List<Part>> Join(List<Part> parts)
    {
        var groups = new List<List<Part>>();
        foreach (var part in parts)
        {
            var joined = groups.Where(group => group.Exists(part.Overlaps)).ToArray();
            groups.RemoveAll(group => joined.Contains(group));
            groups.Add([.. joined.SelectMany(group => group), part]);
        }

        return groups;
    }

    private static PositionGroup Group(List<Part> parts)
    {
        var questions = parts.SelectMany(part => part.Questions).DistinctBy(question => (question.Account, question.Name)).OrderBy(question => question.Account, StringComparer.Ordinal)
            .ThenBy(question => question.Name, StringComparer.Ordinal).ToArray();
        return new(string.Join('|', questions.Select(question => $"{question.Account} {question.Name}")), questions, [.. parts.Select(part => part.Bot)]);
    }

    private sealed record Part(IReadOnlyCollection<string> Names, IReadOnlyList<PositionQuestion> Questions, BotHolding Bot)
    {
        public bool Overlaps(Part other) => Names.Any(name => other.Names.Contains(name))
            && (Questions.Count == 0 || other.Questions.Count == 0 || Questions.Any(question => other.Questions.Any(known => known.Account == question.Account)));
    }
}
