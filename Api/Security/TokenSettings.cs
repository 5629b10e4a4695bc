using ControlPlane.Api.Hosting;
using ControlPlane.Grains.Secrets;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Security;

/// <summary>Checks the access tokens before the process listens, and sees to it that there is one for the operator.</summary>
internal sealed partial class TokenSettings(
    ISecretSource secrets,
    OperatorTokenFile operatorFile,
    AccessTokens tokens,
    IOptions<ApiOptions> options,
    ILogger<TokenSettings> logger)
{
    /// <exception cref="WrongSettingException">A token breaks the rule, two roles share one, or a front end has none for the operator.</exception>
    public void Check()
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var role in Roles.Rising.Add(ComponentToken.Role))
        {
            var name = NameOf(role);
            if (secrets.Find(name)?.Reveal() is not { } token) continue;
            if (!TokenRule.IsAcceptable(token))
                throw new WrongSettingException(name, $"must have {TokenRule.MinLength} to {TokenRule.MaxLength} visible ASCII characters", "set a longer random value, for example of 'openssl rand -base64 32'");
            if (given.FirstOrDefault(other => other.Value == token) is { Key: { } taken })
                throw new WrongSettingException(name, $"must differ from {NameOf(taken)}", "give each role a token of its own");
            given.Add(role, token);
        }

        if (given.ContainsKey(Roles.Operator)) return;
        if (options.Value.Role != ApiOptions.AllInOne)
            throw new WrongSettingException(Roles.TokenName(Roles.Operator), $"must be set when ControlPlane:Role is not {ApiOptions.AllInOne}", "give every front end the same token");
        operatorFile.ReadOrMake();
        tokens.Refresh();
        LogOperatorToken(logger, operatorFile.Path);
    }

    private static string NameOf(string role) => role == ComponentToken.Role ? ComponentToken.Name : Roles.TokenName(role);

    [LoggerMessage(EventId = EventIds.TokenSettingsOperatorToken, Level = LogLevel.Information, Message = "The operator's token is in {TokenFile}")]
    private static partial void LogOperatorToken(ILogger logger, string tokenFile);
}
