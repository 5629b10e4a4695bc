using System.Collections.Immutable;
using System.Globalization;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Alerts.Commands;

/// <summary><c>ControlPlane:Alerts:Commands:telegram</c> and <c>:discord</c>: commands from allow-listed chats. Off while it is not set.</summary>
public sealed class ChatCommandOptions
{
    public const string Section = $"{AlertOptions.Section}:Commands";

    /// <summary>Name of the variable that holds the bot's token. For Telegram a token of its own.</summary>
    public string? SecretVariable { get; set; }

    /// <summary>Ids of the chats (Telegram) or channels (Discord) from which commands are taken, with commas.</summary>
    public string? Chats { get; set; }

    /// <summary>Ids of the users whose commands are taken there, with commas. Null: everybody in those chats.</summary>
    public string? Users { get; set; }

    /// <summary>Replaces the provider's own base.</summary>
    public Uri? Url { get; set; }
}

/// <summary>The commands that are set up, checked.</summary>
internal sealed record ChatCommandSettings(ChatListenerSettings? Telegram, ChatListenerSettings? Discord)
{
    public static ChatCommandSettings None { get; } = new(null, null);
}

/// <summary>One listener. Its sets are sorted: nodes compare their settings.</summary>
internal sealed record ChatListenerSettings(string SecretVariable, ImmutableSortedSet<string> Chats, ImmutableSortedSet<string> Users, Uri? Url)
{
    public bool Allows(string? chat, string? user) => chat is not null && Chats.Contains(chat) && (Users.IsEmpty || (user is not null && Users.Contains(user)));
}

/// <summary>Which commands may be set up, and how.</summary>
internal static class ChatCommandRules
{
    public const string Telegram = "telegram";
    public const string Discord = "discord";

    /// <summary>The variables of the provider <c>telegram</c>: a reader of updates with its token takes them from the bots.</summary>
    public static readonly ImmutableArray<string> OfTheProvider = ["TELEGRAM_BOT_TOKEN", "TELEGRAM_TOKEN"];

    /// <summary>Each rule that is broken, as <c>key: rule</c>; never a value.</summary>
    /// <param name="key">For example <c>ControlPlane__Alerts__Commands__telegram</c>.</param>
    public static IEnumerable<string> Errors(string key, string kind, ChatCommandOptions options)
    {
        if (kind is not (Telegram or Discord))
        {
            yield return $"{key}: commands are taken from telegram and discord.";
            yield break;
        }

        if (options.SecretVariable is not { } variable || !SecretName.IsValid(variable)) yield return $"{key}__SecretVariable: must be the name of the variable that holds the bot's token.";
        else if (kind == Telegram && OfTheProvider.Contains(variable)) yield return $"{key}__SecretVariable: must not be {variable}. Whoever reads updates takes them from the bots that use the token: make a bot of its own with BotFather.";
        if (Ids(options.Chats) is not { IsEmpty: false }) yield return $"{key}__Chats: must be the ids of the chats that may send commands, with commas; for example {(kind == Telegram ? "-1001234567890" : "123456789012345678")}.";
        if (options.Users is not null && Ids(options.Users) is not { IsEmpty: false }) yield return $"{key}__Users: must be ids of users, with commas, or be left out.";
        if (options.Url is { } url && !AlertChannelRules.IsAddress(url)) yield return $"{key}__Url: must be a whole https address without user or fragment; http only for 127.0.0.1, [::1] or localhost.";
    }

    /// <summary>Null where the options are not whole.</summary>
    public static ChatListenerSettings? Of(ChatCommandOptions? options) =>
        options is { SecretVariable: { } variable } && Ids(options.Chats) is { IsEmpty: false } chats ? new(variable, chats, Ids(options.Users) ?? [], options.Url) : null;

    /// <summary>Null when one of them is no whole number.</summary>
    private static ImmutableSortedSet<string>? Ids(string? text)
    {
        var ids = (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Array.TrueForAll(ids, id => long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)) ? ids.ToImmutableSortedSet(StringComparer.Ordinal) : null;
    }
}
