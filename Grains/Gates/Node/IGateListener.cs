using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Node;

/// <summary>Hears every answer of the gate that this node has taken over. Called in the follower's loop: it hands over and returns.</summary>
internal interface IGateListener
{
    /// <param name="askedAt">The moment before the request was sent.</param>
    void Heard(GateUpdate update, HostMoment askedAt);
}
