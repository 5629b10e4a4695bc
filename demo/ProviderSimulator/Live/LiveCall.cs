using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Live;

/// <summary>A request that its provider would serve: the key is good.</summary>
/// <param name="Parts">What stands for the placeholders of the path.</param>
internal sealed record LiveCall(ProviderRequest Request, IReadOnlyDictionary<string, string> Parts);
