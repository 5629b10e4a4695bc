using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Feed;

/// <summary>Takes the messages of the live feed in the order they were sent.</summary>
public interface IFeedReceiver
{
    void Take(HubSystem message);

    void Take(HubIntegration message);

    void Take(HubBot message);

    void Take(HubUsage message);

    void Take(HubHeartbeat message);
}
