using System.Security.Cryptography;
using System.Text;
using ControlPlane.Grains.Secrets;
using Microsoft.AspNetCore.Authorization;

namespace ControlPlane.Api.Security;

/// <summary>The token of external components. It opens their heartbeats and nothing else, so it is no role of <see cref="Roles.Rising"/>.</summary>
internal sealed class ComponentToken(ISecretSource secrets)
{
    /// <summary>Role of its holder, and policy of the endpoint.</summary>
    public const string Role = "component";

    /// <summary>Name of the secret.</summary>
    public const string Name = "CONTROLPLANE_COMPONENT_TOKEN";

    private static readonly byte[] s_hashKey = RandomNumberGenerator.GetBytes(32);

    /// <summary>True when only its holder may send heartbeats. A token that breaks the rule is disabled, and still counts as set.</summary>
    public bool IsSet => secrets.Find(Name) is not null;

    public bool Matches(string presented) =>
        presented.Length is > 0 and <= TokenRule.MaxLength
        && secrets.Find(Name)?.Reveal() is { } token
        && TokenRule.IsAcceptable(token)
        && CryptographicOperations.FixedTimeEquals(Hash(token), Hash(presented));

    /// <summary>The holder of the token, or a runner where no token is set.</summary>
    public static bool Admits(AuthorizationHandlerContext authorization) =>
        authorization.User.IsInRole(Role)
        || (authorization.Resource is HttpContext context
            && !context.RequestServices.GetRequiredService<ComponentToken>().IsSet
            && authorization.User.IsInRole(Roles.Runner));

    private static byte[] Hash(string token) => HMACSHA256.HashData(s_hashKey, Encoding.UTF8.GetBytes(token));
}
