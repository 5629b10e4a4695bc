namespace ControlPlane.Grains.Gates;

/// <summary>How many hosts (silos) the cluster has.</summary>
internal interface IHostCount
{
    int Total { get; }
}
