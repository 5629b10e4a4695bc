namespace ControlPlane.Dashboard.Session;

/// <summary>Who uses this page, and whether they still may.</summary>
public sealed class SessionState(SessionClient client, TimeProvider time)
{
    public event Action? Changed;

    /// <summary>False until somebody has told whether there is a session.</summary>
    public bool Known { get; private set; }

    /// <summary>The role of the session; stays when the session is over, for what it has shown.</summary>
    public string? Role { get; private set; }

    /// <summary>When the session was found to be over; null while it holds or before there was one.</summary>
    public DateTimeOffset? OverSince { get; private set; }

    public bool IsOperator => Role == "operator";

    /// <summary>Runners and operators may engage a kill switch.</summary>
    public bool MayKill => Role is "operator" or "runner";

    public void SignedIn(string role)
    {
        (Known, Role, OverSince) = (true, role, null);
        Changed?.Invoke();
    }

    /// <summary>Nobody is signed in.</summary>
    public void Anonymous()
    {
        (Known, Role, OverSince) = (true, null, null);
        Changed?.Invoke();
    }

    /// <summary>A call was refused for want of a session.</summary>
    public void Over()
    {
        if (Role is null || OverSince is not null) return;
        OverSince = time.GetUtcNow();
        Changed?.Invoke();
    }

    /// <summary>Asks, and answers true when the session is over. No answer is no end.</summary>
    public async Task<bool> IsOverAsync()
    {
        if (OverSince is not null) return true;
        if (await client.CurrentAsync() is { Answered: true, Role: null }) Over();
        return OverSince is not null;
    }
}
