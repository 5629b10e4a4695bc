namespace ControlPlane.Contracts;

/// <summary>Signs in with one of the three tokens.</summary>
public sealed record SignInRequest
{
    public string? Token { get; init; }

    public override string ToString() => nameof(SignInRequest);
}

/// <summary>Who is signed in.</summary>
/// <param name="Role"><c>viewer</c>, <c>runner</c> or <c>operator</c>.</param>
/// <param name="ExpiresAt">End of the session; null for a caller with a bearer token.</param>
public sealed record SessionAnswer(string Role, DateTimeOffset? ExpiresAt, long? ExpiresInMs, string TraceId);
