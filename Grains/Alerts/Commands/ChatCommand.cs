namespace ControlPlane.Grains.Alerts.Commands;

/// <summary>What can be asked for by chat. Nothing here loosens.</summary>
internal enum ChatCommandKind
{
    Status = 0,
    Why = 1,
    Kill = 2,
}

/// <summary>A command and who sent it, without names of the outside.</summary>
/// <param name="Reason">Of a kill, as it was written; null when none was.</param>
/// <param name="Sender">For the audit log: <c>telegram/123456789</c>.</param>
internal sealed record ChatCommand(ChatCommandKind Kind, string? Reason, string Sender)
{
    private const int LongestReason = 200;

    /// <summary>Reads <c>/kill the feed is wrong</c>, also with the bot's name behind the command, as in groups. Null for any other text.</summary>
    public static ChatCommand? Parse(string? text, string sender)
    {
        if (text is null || !text.StartsWith('/')) return null;
        var words = text[1..].Split([' ', '\n', '\t'], 2, StringSplitOptions.TrimEntries);
        return Of(words[0].Split('@')[0], words.ElementAtOrDefault(1), sender);
    }

    /// <summary>The same from a name and an option.</summary>
    public static ChatCommand? Of(string? name, string? reason, string sender) => name?.ToLowerInvariant() switch
    {
        "status" => new(ChatCommandKind.Status, null, sender),
        "why" => new(ChatCommandKind.Why, null, sender),
        "kill" => new(ChatCommandKind.Kill, Clean(reason), sender),
        _ => null,
    };

    private static string? Clean(string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason)) return null;
        var text = string.Concat(reason.Trim().Select(character => char.IsControl(character) ? ' ' : character));
        return text.Length <= LongestReason ? text : text[..(char.IsHighSurrogate(text[LongestReason - 1]) ? LongestReason - 1 : LongestReason)];
    }
}
