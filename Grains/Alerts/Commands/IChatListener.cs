namespace ControlPlane.Grains.Alerts.Commands;

/// <summary>Takes commands from one kind of chat.</summary>
internal interface IChatListener
{
    string Kind { get; }

    /// <summary>Null where it is not set up.</summary>
    ChatListenerSettings? Settings { get; }

    /// <summary>Listens until something breaks or the token is cancelled. Returns how long to leave the provider alone.</summary>
    Task<ChatPause> ListenAsync(ChatListenerSettings settings, CancellationToken cancellationToken);
}

/// <summary>Why listening ended.</summary>
/// <param name="Code">Ours, never a text of the provider.</param>
internal sealed record ChatPause(string Code, TimeSpan For)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    /// <summary>The pause after so many in a row: each twice the one before, at most five minutes.</summary>
    public TimeSpan After(int inRow) => TimeSpan.FromSeconds(Math.Min(For.TotalSeconds * Math.Pow(2, Math.Min(inRow, 10) - 1), s_longest.TotalSeconds));

    public static ChatPause Short(string code) => new(code, TimeSpan.FromSeconds(5));

    /// <summary>For what time alone does not mend: a token that is refused, or that is another bot's.</summary>
    public static ChatPause Long(string code) => new(code, TimeSpan.FromMinutes(5));
}
