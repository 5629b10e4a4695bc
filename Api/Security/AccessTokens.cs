using ControlPlane.Grains.Secrets;

namespace ControlPlane.Api.Security;

/// <summary>The access tokens as the secret source has them now. A changed token counts at once. One that breaks the rule is disabled.</summary>
internal sealed partial class AccessTokens(ISecretSource secrets, OperatorTokenFile operatorFile, ILogger<AccessTokens> logger)
{
    private readonly Lock _rebuild = new();
    private volatile Versioned? _current;

    public TokenTable Current
    {
        get
        {
            var version = secrets.Version;
            return _current is { } known && known.Version == version ? known.Table : Rebuild(version);
        }
    }

    /// <summary>Looks again, after the operator's file was read or made.</summary>
    public void Refresh() => _current = null;

    private TokenTable Rebuild(long version)
    {
        lock (_rebuild)
        {
            if (_current is { } known && known.Version == version) return known.Table;
            var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var role in Roles.Rising)
            {
                if (Find(role) is not { } token) continue;
                if (TokenRule.IsAcceptable(token)) tokens.Add(role, token);
                else LogUnacceptable(logger, Roles.TokenName(role), TokenRule.MinLength);
            }

            var table = new TokenTable(tokens);
            _current = new Versioned(version, table);
            return table;
        }
    }

    private string? Find(string role) =>
        secrets.Find(Roles.TokenName(role))?.Reveal() ?? (role == Roles.Operator ? operatorFile.Token : null);

    [LoggerMessage(EventId = EventIds.AccessTokensUnacceptable, Level = LogLevel.Error, Message = "{Name} is disabled: a token must have {MinLength} or more visible ASCII characters")]
    private static partial void LogUnacceptable(ILogger logger, string name, int minLength);

    private sealed record Versioned(long Version, TokenTable Table);
}
