using System.Text.Json.Nodes;

namespace ControlPlane.Grains.Integrations.Verification.Services;

/// <summary>Signs in at one kind of server, once, and leaves.</summary>
internal interface IServiceHandshake
{
    /// <summary>Name of the kind in the catalogue.</summary>
    string Kind { get; }

    /// <summary>What the server answered, for rules of the catalogue: the code of a refusal, or what a good sign-in showed.</summary>
    /// <exception cref="VerifyFaultException">No answer came that can be evaluated.</exception>
    Task<JsonObject> AskAsync(ServicePlace place, CancellationToken cancellationToken);
}
