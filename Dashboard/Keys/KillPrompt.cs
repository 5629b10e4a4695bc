namespace ControlPlane.Dashboard.Keys;

/// <summary>Asks for the kill dialog from anywhere. It acts on nothing by itself.</summary>
public sealed class KillPrompt
{
    /// <summary>The dialog is wanted; beside the system it offers this bot, or with null none.</summary>
    public event Action<string?>? Asked;

    /// <summary>The bot that the open view shows; null when it shows none.</summary>
    public string? Subject { get; set; }

    public void Ask() => Asked?.Invoke(Subject);
}
