using System.Collections.Immutable;
using ControlPlane.SampleBots.Strategies;

namespace ControlPlane.SampleBots.Running;

/// <summary>Who a bot is, what it trades and by which idea.</summary>
/// <param name="Requires">Providers without which it must not run.</param>
internal sealed record BotProfile(string BotId, string Name, string UserId, string Symbol, ImmutableSortedSet<string> Requires, IStrategy Strategy)
{
    public string RunnerId => $"{BotId}-runner";
}
