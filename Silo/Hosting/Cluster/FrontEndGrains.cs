using Orleans;
using Orleans.Runtime;

namespace ControlPlane.Silo.Hosting.Cluster;

/// <summary>The client's grains. A client without a cluster knows no grain and reports a caller's mistake. This reports what it is: the cluster can't
/// be reached.</summary>
internal sealed class FrontEndGrains(IClusterClient client) : IGrainFactory
{
    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey => Known(() => client.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix));

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey => Known(() => client.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix));

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey => Known(() => client.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix));

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidCompoundKey => Known(() => client.GetGrain<TGrainInterface>(primaryKey, keyExtension, grainClassNamePrefix));

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerCompoundKey => Known(() => client.GetGrain<TGrainInterface>(primaryKey, keyExtension, grainClassNamePrefix));

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => client.CreateObjectReference<TGrainObserverInterface>(obj);

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => client.DeleteObjectReference<TGrainObserverInterface>(obj);

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) => Known(() => client.GetGrain(grainInterfaceType, grainPrimaryKey));

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) => Known(() => client.GetGrain(grainInterfaceType, grainPrimaryKey));

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => Known(() => client.GetGrain(grainInterfaceType, grainPrimaryKey));

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey, string keyExtension) => Known(() => client.GetGrain(grainInterfaceType, grainPrimaryKey, keyExtension));

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey, string keyExtension) => Known(() => client.GetGrain(grainInterfaceType, grainPrimaryKey, keyExtension));

    public IAddressable GetGrain(Type interfaceType, IdSpan grainKey) => Known(() => client.GetGrain(interfaceType, grainKey));

    public IAddressable GetGrain(Type interfaceType, IdSpan grainKey, string grainClassNamePrefix) => Known(() => client.GetGrain(interfaceType, grainKey, grainClassNamePrefix));

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => Known(() => client.GetGrain<TGrainInterface>(grainId));

    public IAddressable GetGrain(GrainId grainId) => Known(() => client.GetGrain(grainId));

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType) => Known(() => client.GetGrain(grainId, interfaceType));

    private static T Known<T>(Func<T> get)
    {
        try
        {
            return get();
        }
        catch (ArgumentException)
        {
            throw new ClusterNotFoundException();
        }
    }
}

/// <summary>No silo of the cluster was reached yet.</summary>
internal sealed class ClusterNotFoundException() : OrleansException("No silo of the cluster was reached yet.");
