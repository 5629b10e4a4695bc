using System.Collections.Immutable;

namespace ControlPlane.Grains.Access;

/// <summary>What an operator wants to do, as the audit log names it.</summary>
/// <param name="Action">For example <c>kill.release</c>.</param>
/// <param name="Target"><c>system</c> or, for example, <c>bot/momentum-es</c>.</param>
internal sealed record OperatorAct(string Action, string Target, ImmutableSortedDictionary<string, string> Details)
{
    public const string System = "system";

    public static string Bot(string botId) => $"bot/{botId}";

    /// <param name="details">Those without a value are left out.</param>
    public static OperatorAct Of(string action, string target, params (string Name, string? Value)[] details) =>
        new(action, target, details.Where(d => d.Value is not null).ToImmutableSortedDictionary(d => d.Name, d => d.Value!, StringComparer.Ordinal));
}

/// <summary>Why an act is not carried out. Nothing has changed.</summary>
internal sealed record ActRefusal(string Code, string Message);
