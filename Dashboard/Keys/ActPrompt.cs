namespace ControlPlane.Dashboard.Keys;

/// <summary>An operator's act that asks for more than a click.</summary>
public enum Act
{
    Release,
    ArmLive,
    ConfirmStore,
    Promote,
    RevokeToken,
    SettlePosition,
    ChangeBot,
    DeleteBot,
    RehearseKill,
}

/// <summary>Asks for the dialog of an act from anywhere. It acts on nothing by itself.</summary>
public sealed class ActPrompt
{
    /// <summary>The dialog is wanted, for a bot or, with null, for the system.</summary>
    public event Action<Act, string?>? Asked;

    /// <summary>An act was carried out: what was read before may be old.</summary>
    public event Action? Done;

    public void Ask(Act act, string? botId = null) => Asked?.Invoke(act, botId);

    public void Carried() => Done?.Invoke();
}
