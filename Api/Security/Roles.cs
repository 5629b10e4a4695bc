using System.Collections.Immutable;

namespace ControlPlane.Api.Security;

/// <summary>The three roles, each of which may all that the one below it may.</summary>
internal static class Roles
{
    public const string Viewer = "viewer";
    public const string Runner = "runner";
    public const string Operator = "operator";

    /// <summary>Role of a bot's own token: what a runner may, for that one bot alone. It covers no other role.</summary>
    public const string Bot = Abstractions.Caller.BotRole;

    /// <summary>In rising order.</summary>
    public static ImmutableArray<string> Rising { get; } = [Viewer, Runner, Operator];

    /// <summary>The role and every role below it.</summary>
    public static ImmutableArray<string> Covering(string role) => Rising[..(Rising.IndexOf(role) + 1)];

    /// <summary>Name of the secret that holds the role's token.</summary>
    public static string TokenName(string role) => role switch
    {
        Viewer => "CONTROLPLANE_VIEWER_TOKEN",
        Runner => "CONTROLPLANE_RUNNER_TOKEN",
        _ => "CONTROLPLANE_OPERATOR_TOKEN",
    };
}
